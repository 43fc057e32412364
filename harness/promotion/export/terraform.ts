/**
 * A Terraform configuration of a release in JSON syntax (https://developer.hashicorp.com/terraform/language/syntax/json)
 * for the AWS provider. `source_code_hash` is the attested CodeSha256, and every published version is checked
 * against it.
 */
import { LAMBDA_NAMES, type LambdaName } from '../../artifacts/bundle.ts';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { substituteDefinition } from '../../project/placeholders.ts';
import { type Blueprint, PLACEHOLDERS } from '../release/blueprint.ts';
import { keyOf, metadata } from './cloudformation.ts';
import type { Exporter } from './exporter.ts';

/** Stands for the ARN of a function's version until everything else is escaped. */
const marker = (name: LambdaName) => `\u0001${name}\u0001`;

export const terraform: Exporter = {
  file: 'main.tf.json',
  render(blueprint, evidence) {
    const { stateMachine, account, tags } = blueprint;
    return {
      '//': metadata(blueprint, evidence),
      terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.30' } } },
      provider: {
        aws: {
          region: account.region,
          allowed_account_ids: [account.accountId],
          default_tags: { tags: escaped(tags) },
        },
      },
      resource: {
        ...rolesOf(blueprint),
        aws_cloudwatch_log_group: Object.fromEntries(
          blueprint.logGroups.map(({ name, retentionDays }, index) => [
            LAMBDA_NAMES[index]!,
            { name, ...(retentionDays === undefined ? {} : { retention_in_days: retentionDays }) },
          ]),
        ),
        aws_lambda_function: Object.fromEntries(
          LAMBDA_NAMES.map((name) => [name, functionOf(blueprint, name)]),
        ),
        aws_sfn_state_machine: {
          pipeline: {
            name: stateMachine.name,
            type: 'STANDARD',
            role_arn: roleReference(blueprint, stateMachine.roleArn),
            definition: definitionText(blueprint),
            publish: true,
            version_description: `cosmicai ${blueprint.release}`,
          },
        },
        aws_sfn_alias: {
          live: {
            name: stateMachine.alias,
            routing_configuration: [
              {
                state_machine_version_arn: reference(
                  'aws_sfn_state_machine.pipeline.state_machine_version_arn',
                ),
                weight: 100,
              },
            ],
          },
        },
      },
      output: { alias_arn: { value: reference('aws_sfn_alias.live.arn') } },
    };
  },
};

const reference = (expression: string) => ['$', `{${expression}}`].join('');

/** Text in which Terraform would see an expression says so twice. */
function escaped<Value extends Json>(value: Value): Value {
  // A replacement's own `$$` would stand for one `$`.
  return JSON.parse(JSON.stringify(value).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign)) as Value;
}

function functionOf(blueprint: Blueprint, name: LambdaName): JsonObject {
  const one = blueprint.functions[name];
  return {
    function_name: one.name,
    s3_bucket: blueprint.releasesBucket,
    s3_key: keyOf(one),
    source_code_hash: one.codeSha256,
    publish: true,
    role: roleReference(blueprint, one.roleArn),
    handler: one.handler,
    runtime: one.runtime,
    architectures: [one.architecture],
    memory_size: one.memoryMB,
    timeout: one.timeoutSeconds,
    ephemeral_storage: { size: one.ephemeralStorageMB },
    environment: { variables: escaped(one.environment) },
    depends_on: [`aws_cloudwatch_log_group.${name}`],
    lifecycle: {
      postcondition: [
        {
          condition: reference(`self.code_sha256 == "${one.codeSha256}"`),
          error_message: `The code of ${one.name} is not what was attested.`,
        },
      ],
    },
  };
}

function definitionText({ stateMachine }: Blueprint): string {
  const values = Object.fromEntries(LAMBDA_NAMES.map((name) => [PLACEHOLDERS[name], marker(name)]));
  const text = canonicalJson(
    escaped(substituteDefinition(stateMachine.definition, { ...stateMachine.values, ...values })),
  );
  return LAMBDA_NAMES.reduce(
    (all, name) =>
      all.replaceAll(JSON.stringify(marker(name)).slice(1, -1), () =>
        reference(`aws_lambda_function.${name}.qualified_arn`),
      ),
    text,
  );
}

function rolesOf({ roles }: Blueprint): JsonObject {
  if (roles.length === 0) return {};
  const named = roles.map((role) => [idOf(role.name), role] as const);
  return {
    aws_iam_role: Object.fromEntries(
      named.map(([id, role]) => [
        id,
        { name: role.name, assume_role_policy: JSON.stringify(escaped(role.trust)) },
      ]),
    ),
    aws_iam_role_policy: Object.fromEntries(
      named.map(([id, role]) => [
        id,
        {
          name: role.name,
          role: reference(`aws_iam_role.${id}.id`),
          policy: JSON.stringify(escaped(role.policy)),
        },
      ]),
    ),
  };
}

const idOf = (roleName: string) => (roleName.endsWith('-functions') ? 'functions' : 'state_machine');

function roleReference({ roles }: Blueprint, arn: string): string {
  const own = roles.find(({ name }) => arn.endsWith(`:role/${name}`));
  return own ? reference(`aws_iam_role.${idOf(own.name)}.arn`) : arn;
}

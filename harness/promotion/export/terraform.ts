/**
 * A Terraform configuration of a release in JSON syntax (https://developer.hashicorp.com/terraform/language/syntax/json)
 * for the AWS provider. `source_code_hash` is the attested CodeSha256, and every published version is checked
 * against it.
 */
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { substituteDefinition } from '../../project/placeholders.ts';
import type { Blueprint, StateMachineBlueprint, SubstitutionBlueprint } from '../release/blueprint.ts';
import { keyOf, metadata } from './cloudformation.ts';
import type { Exporter } from './exporter.ts';

export const terraform: Exporter = {
  file: 'main.tf.json',
  render(blueprint, evidence) {
    const { stateMachines, account, tags } = blueprint;
    const machines = Object.entries(stateMachines);
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
      resource: withoutEmpty({
        ...rolesOf(blueprint),
        aws_cloudwatch_log_group: Object.fromEntries(
          blueprint.logGroups.map(({ name, retentionDays }) => [
            idOf(name.slice(name.lastIndexOf('/') + 1)),
            { name, ...(retentionDays === undefined ? {} : { retention_in_days: retentionDays }) },
          ]),
        ),
        aws_lambda_layer_version: layersOf(blueprint),
        aws_lambda_function: Object.fromEntries(
          Object.keys(blueprint.functions).map((name) => [idOf(name), functionOf(blueprint, name)]),
        ),
        aws_sfn_activity: Object.fromEntries(blueprint.activities.map(({ name }) => [idOf(name), { name }])),
        aws_sfn_state_machine: Object.fromEntries(
          machines.map(([name, machine]) => [idOf(name), machineOf(blueprint, machine)]),
        ),
        aws_sfn_alias: Object.fromEntries(
          machines.map(([name, machine]) => [idOf(name), aliasOf(name, machine)]),
        ),
        ...notificationsOf(blueprint),
      }),
      output: Object.fromEntries(
        machines.map(([name]) => [
          `${idOf(name)}_alias_arn`,
          { value: reference(`aws_sfn_alias.${idOf(name)}.arn`) },
        ]),
      ),
    };
  },
};

const withoutEmpty = (resources: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(resources).filter(([, group]) => Object.keys(group as JsonObject).length > 0),
  );

/** Names of resources are made of letters, digits, hyphens and underscores, and begin with a letter. */
const idOf = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_');

const reference = (expression: string) => ['$', `{${expression}}`].join('');

/** Text in which Terraform would see an expression says so twice. */
function escaped<Value extends Json>(value: Value): Value {
  // A replacement's own `$$` would stand for one `$`.
  return JSON.parse(JSON.stringify(value).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign)) as Value;
}

function layersOf({ layers, releasesBucket }: Blueprint): JsonObject {
  return Object.fromEntries(
    Object.values(layers).map((layer) => [
      idOf(layer.name),
      {
        layer_name: layer.name,
        s3_bucket: releasesBucket,
        s3_key: keyOf(layer),
        source_code_hash: layer.codeSha256,
        compatible_architectures: [layer.architecture],
        ...(layer.runtimes.length === 0 ? {} : { compatible_runtimes: [...layer.runtimes] }),
      },
    ]),
  );
}

function machineOf(blueprint: Blueprint, machine: StateMachineBlueprint): JsonObject {
  const { level, includeExecutionData, logGroupArn } = machine.logging;
  return {
    name: machine.name,
    type: machine.type,
    role_arn: roleReference(blueprint, machine.roleArn),
    definition: definitionText(blueprint, machine),
    publish: true,
    version_description: `cosmicai ${blueprint.release}`,
    ...(level === 'OFF' || logGroupArn === undefined
      ? {}
      : {
          logging_configuration: {
            level,
            include_execution_data: includeExecutionData,
            log_destination: logGroupArn,
          },
        }),
  };
}

function aliasOf(name: string, { alias }: StateMachineBlueprint): JsonObject {
  return {
    name: alias,
    routing_configuration: [
      {
        state_machine_version_arn: reference(`aws_sfn_state_machine.${idOf(name)}.state_machine_version_arn`),
        weight: 100,
      },
    ],
  };
}

/** Buckets exist before; what they tell functions, and that they may. */
function notificationsOf({ notifications, functions }: Blueprint): JsonObject {
  const nameOf = (deployed: string) =>
    Object.keys(functions).find((name) => functions[name]!.name === deployed) ?? '';
  const permissions = notifications.flatMap(({ name: bucket, accountId, targets }) =>
    [...new Set(targets.map(({ functionName }) => nameOf(functionName)))].map((name) => [
      idOf(`${name}-from-${bucket}`),
      {
        function_name: reference(`aws_lambda_function.${idOf(name)}.function_name`),
        qualifier: reference(`aws_lambda_function.${idOf(name)}.version`),
        action: 'lambda:InvokeFunction',
        principal: 's3.amazonaws.com',
        source_arn: `arn:aws:s3:::${bucket}`,
        source_account: accountId,
      },
    ]),
  );
  return {
    aws_lambda_permission: Object.fromEntries(permissions),
    aws_s3_bucket_notification: Object.fromEntries(
      notifications.map(({ name: bucket, targets }) => [
        idOf(bucket),
        {
          bucket,
          lambda_function: targets.map(({ functionName, events, prefix, suffix }) => ({
            lambda_function_arn: reference(`aws_lambda_function.${idOf(nameOf(functionName))}.qualified_arn`),
            events: [...events],
            ...(prefix === undefined ? {} : { filter_prefix: prefix }),
            ...(suffix === undefined ? {} : { filter_suffix: suffix }),
          })),
          depends_on: targets.map(
            ({ functionName }) => `aws_lambda_permission.${idOf(`${nameOf(functionName)}-from-${bucket}`)}`,
          ),
        },
      ]),
    ),
  };
}

function functionOf(blueprint: Blueprint, name: string): JsonObject {
  const one = blueprint.functions[name]!;
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
    ...(one.layers.length === 0
      ? {}
      : { layers: one.layers.map((layer) => reference(`aws_lambda_layer_version.${idOf(layer)}.arn`)) }),
    ...(one.reservedConcurrency === undefined
      ? {}
      : { reserved_concurrent_executions: one.reservedConcurrency }),
    ...(one.logging.format === 'text' ? {} : { logging_config: { log_format: 'JSON' } }),
    depends_on: [`aws_cloudwatch_log_group.${idOf(one.name)}`],
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

/** Stands for an expression of Terraform until everything else is escaped. */
const marker = (placeholder: string) => `\u0001${placeholder}\u0001`;

function definitionText(blueprint: Blueprint, machine: StateMachineBlueprint): string {
  const expressions = Object.entries(machine.substitutions).flatMap(([name, one]) => {
    const expression = expressionOf(one);
    return expression === undefined ? [] : [[name, expression] as const];
  });
  const marked = expressions.map(([name]) => [name, marker(name)] as const);
  const texts = Object.entries(machine.substitutions).flatMap(([name, one]) => {
    const text = textOf(blueprint, one);
    return text === undefined ? [] : [[name, text] as const];
  });
  const values = Object.fromEntries([...texts, ...marked]);
  const text = canonicalJson(escaped(substituteDefinition(machine.definition, values)));
  return expressions.reduce(
    (all, [name, expression]) => all.replaceAll(JSON.stringify(marker(name)).slice(1, -1), () => expression),
    text,
  );
}

/** A function by the version that is published with it. */
function expressionOf(one: SubstitutionBlueprint): string | undefined {
  if (one.kind !== 'function-version') return undefined;
  const id = `aws_lambda_function.${idOf(one.name)}`;
  return one.attribute === 'arn'
    ? reference(`${id}.qualified_arn`)
    : `${reference(`${id}.function_name`)}:${reference(`${id}.version`)}`;
}

/** Machines by their aliases: circles of machines that start each other are no circles of resources then. */
function textOf({ stateMachines }: Blueprint, one: SubstitutionBlueprint): string | undefined {
  if (one.kind === 'text') return one.value;
  if (one.kind === 'function-version') return undefined;
  const { arn, alias, name } = stateMachines[one.name]!;
  return one.attribute === 'arn' ? `${arn}:${alias}` : name;
}

function rolesOf({ roles }: Blueprint): JsonObject {
  if (roles.length === 0) return {};
  const named = roles.map((role) => [idOf(role.name), role] as const);
  const attached = named.flatMap(([id, { managedPolicyArns = [] }]) =>
    managedPolicyArns.map((policy_arn): [string, JsonObject] => [
      `${id}_${idOf(policy_arn.split('/').at(-1)!)}`,
      { role: reference(`aws_iam_role.${id}.name`), policy_arn },
    ]),
  );
  return {
    ...(attached.length === 0 ? {} : { aws_iam_role_policy_attachment: Object.fromEntries(attached) }),
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

function roleReference({ roles }: Blueprint, arn: string): string {
  const own = roles.find(({ name }) => arn.endsWith(`:role/${name}`));
  return own ? reference(`aws_iam_role.${idOf(own.name)}.arn`) : arn;
}

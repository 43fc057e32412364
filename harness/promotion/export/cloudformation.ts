/**
 * A CloudFormation template of a release. The code is pinned twice: the S3 key is its digest, and
 * AWS::Lambda::Version publishes only what has the attested CodeSha256
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html).
 */
import { LAMBDA_NAMES, type LambdaName } from '../../artifacts/bundle.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { RoleResource } from '../../deploy/plan.ts';
import { hexadecimal } from '../evidence/subjects.ts';
import type { Blueprint, FunctionBlueprint } from '../release/blueprint.ts';
import { PLACEHOLDERS } from '../release/blueprint.ts';
import { artifactKey } from '../release/store.ts';
import type { Exporter } from './exporter.ts';

export const cloudformation: Exporter = {
  file: 'template.json',
  render(blueprint, evidence) {
    return {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `cosmicai ${blueprint.release}, proven by evidence sha256:${evidence}`,
      Metadata: metadata(blueprint, evidence),
      Resources: {
        ...supportingResources(blueprint),
        ...Object.fromEntries(
          LAMBDA_NAMES.map((name) => [
            `${titled(name)}Function`,
            {
              Type: 'AWS::Lambda::Function',
              DependsOn: [`${titled(name)}LogGroup`],
              Properties: {
                FunctionName: blueprint.functions[name].name,
                Code: { S3Bucket: blueprint.releasesBucket, S3Key: keyOf(blueprint.functions[name]) },
                Architectures: [blueprint.functions[name].architecture],
                ...functionProperties(blueprint, name),
                Tags: tagList(blueprint.tags),
              },
            },
          ]),
        ),
        ...versionResources(blueprint),
        StateMachine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineName: blueprint.stateMachine.name,
            StateMachineType: 'STANDARD',
            RoleArn: roleRef(blueprint, blueprint.stateMachine.roleArn),
            Definition: blueprint.stateMachine.definition,
            DefinitionSubstitutions: substitutions(blueprint),
            Tags: tagList(blueprint.tags),
          },
        },
        ...aliasResources(blueprint, 'StateMachine'),
      },
      Outputs: outputs(),
    };
  },
};

/** What the template is of, by digest. */
export function metadata(
  { release, functions, stateMachine, model }: Blueprint,
  evidence: string,
): JsonObject {
  return {
    Cosmicai: {
      Release: release,
      EvidenceSha256: evidence,
      CodeSha256: Object.fromEntries(LAMBDA_NAMES.map((name) => [name, functions[name].codeSha256])),
      // Of the canonical text with its placeholders.
      DefinitionSha256: hexadecimal(stateMachine.sha256),
      ModelSha256: hexadecimal(model.sha256),
    },
  };
}

/** Roles and log groups, the same in both template languages. */
export function supportingResources(blueprint: Blueprint): JsonObject {
  return {
    ...Object.fromEntries(blueprint.roles.map((role) => [roleId(role), roleResource(role, blueprint)])),
    ...Object.fromEntries(
      blueprint.logGroups.map(({ name, retentionDays }, index) => [
        `${titled(LAMBDA_NAMES[index]!)}LogGroup`,
        {
          Type: 'AWS::Logs::LogGroup',
          // Logs outlive a release that is taken away.
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            LogGroupName: name,
            ...(retentionDays === undefined ? {} : { RetentionInDays: retentionDays }),
          },
        },
      ]),
    ),
  };
}

/** The digest is in the logical name too: other code is another version, and the old one stays for going back. */
export function versionResources({ functions }: Blueprint): JsonObject {
  return Object.fromEntries(
    LAMBDA_NAMES.map((name) => [
      versionId(functions[name], name),
      {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          FunctionName: { Ref: `${titled(name)}Function` },
          CodeSha256: functions[name].codeSha256,
        },
      },
    ]),
  );
}

/** Values of the definition's placeholders: `Ref` of a version is its ARN with the number. */
export function substitutions({ functions, stateMachine }: Blueprint): JsonObject {
  return {
    ...stateMachine.values,
    ...Object.fromEntries(
      LAMBDA_NAMES.map((name) => [PLACEHOLDERS[name], { Ref: versionId(functions[name], name) }]),
    ),
  };
}

/** A version of the machine, and the alias that users start executions of. */
export function aliasResources({ release, stateMachine }: Blueprint, machine: string): JsonObject {
  const version = `StateMachineVersion${release}`;
  return {
    [version]: {
      Type: 'AWS::StepFunctions::StateMachineVersion',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        StateMachineArn: { Ref: machine },
        StateMachineRevisionId: { 'Fn::GetAtt': [machine, 'StateMachineRevisionId'] },
        Description: `cosmicai ${release}`,
      },
    },
    Alias: {
      Type: 'AWS::StepFunctions::StateMachineAlias',
      Properties: {
        Name: stateMachine.alias,
        RoutingConfiguration: [{ StateMachineVersionArn: { Ref: version }, Weight: 100 }],
      },
    },
  };
}

export const outputs = (): JsonObject => ({
  AliasArn: { Description: 'Start executions of this', Value: { Ref: 'Alias' } },
});

/** Settings of a function that both template languages call the same. */
export function functionProperties(blueprint: Blueprint, name: LambdaName): JsonObject {
  const one = blueprint.functions[name];
  return {
    Role: roleRef(blueprint, one.roleArn),
    Handler: one.handler,
    Runtime: one.runtime,
    MemorySize: one.memoryMB,
    Timeout: one.timeoutSeconds,
    EphemeralStorage: { Size: one.ephemeralStorageMB },
    Environment: { Variables: one.environment },
  };
}

export const titled = (name: LambdaName): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;
export const keyOf = ({ codeSha256 }: FunctionBlueprint): string => artifactKey(hexadecimal(codeSha256));
const tagList = (tags: Record<string, string>): Json =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const versionId = ({ codeSha256 }: FunctionBlueprint, name: LambdaName) =>
  `${titled(name)}Version${hexadecimal(codeSha256).slice(0, 12)}`;
const roleId = ({ name }: RoleResource) =>
  name.endsWith('-functions') ? 'FunctionsRole' : 'StateMachineRole';

/** A role of the template, or the ARN of one that exists. */
export function roleRef({ roles }: Blueprint, arn: string): Json {
  const own = roles.find(({ name }) => arn.endsWith(`:role/${name}`));
  return own ? { 'Fn::GetAtt': [roleId(own), 'Arn'] } : arn;
}

function roleResource(role: RoleResource, { tags }: Blueprint): JsonObject {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: role.name,
      AssumeRolePolicyDocument: role.trust,
      Policies: [{ PolicyName: role.name, PolicyDocument: role.policy }],
      Tags: tagList(tags),
    },
  };
}

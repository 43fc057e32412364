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

/** What the two template languages write differently. */
interface Language {
  transform?: string;
  functionResource(blueprint: Blueprint, name: LambdaName): JsonObject;
  stateMachineResource(blueprint: Blueprint): JsonObject;
}

export const cloudformation: Exporter = {
  file: 'template.json',
  render: (blueprint, evidence) =>
    renderTemplate(blueprint, evidence, {
      functionResource: ({ functions, releasesBucket, tags }, name) => ({
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: releasesBucket, S3Key: keyOf(functions[name]) },
          Tags: tagList(tags),
        },
      }),
      stateMachineResource: ({ stateMachine, tags, ...rest }) => ({
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: stateMachine.name,
          StateMachineType: 'STANDARD',
          RoleArn: roleRef(rest, stateMachine.roleArn),
          Tags: tagList(tags),
        },
      }),
    }),
};

/** A whole template; functions and state machine get what both languages call the same. */
export function renderTemplate(blueprint: Blueprint, evidence: string, language: Language): JsonObject {
  const functions = LAMBDA_NAMES.map((name) => {
    const { Type, Properties } = language.functionResource(blueprint, name);
    const common = functionProperties(blueprint, name);
    const resource = {
      Type: Type!,
      DependsOn: [`${titled(name)}LogGroup`],
      Properties: { ...common, ...(Properties as JsonObject) },
    };
    return [`${titled(name)}Function`, resource] as const;
  });
  const machine = language.stateMachineResource(blueprint);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    ...(language.transform === undefined ? {} : { Transform: language.transform }),
    Description: `cosmicai ${blueprint.release}, proven by evidence sha256:${evidence}`,
    Metadata: metadata(blueprint, evidence),
    Resources: {
      ...supportingResources(blueprint),
      ...Object.fromEntries(functions),
      ...versionResources(blueprint),
      StateMachine: {
        ...machine,
        Properties: {
          ...(machine['Properties'] as JsonObject),
          Definition: blueprint.stateMachine.definition,
          DefinitionSubstitutions: substitutions(blueprint),
        },
      },
      ...aliasResources(blueprint, 'StateMachine'),
    },
    Outputs: { AliasArn: { Description: 'Start executions of this', Value: { Ref: 'Alias' } } },
  };
}

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
function supportingResources(blueprint: Blueprint): JsonObject {
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
function versionResources({ functions }: Blueprint): JsonObject {
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
function substitutions({ functions, stateMachine }: Blueprint): JsonObject {
  return {
    ...stateMachine.values,
    ...Object.fromEntries(
      LAMBDA_NAMES.map((name) => [PLACEHOLDERS[name], { Ref: versionId(functions[name], name) }]),
    ),
  };
}

/** A version of the machine, and the alias that users start executions of. */
function aliasResources({ release, stateMachine }: Blueprint, machine: string): JsonObject {
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

/** Settings of a function that both template languages call the same. */
function functionProperties(blueprint: Blueprint, name: LambdaName): JsonObject {
  const one = blueprint.functions[name];
  return {
    FunctionName: one.name,
    Architectures: [one.architecture],
    Role: roleRef(blueprint, one.roleArn),
    Handler: one.handler,
    Runtime: one.runtime,
    MemorySize: one.memoryMB,
    Timeout: one.timeoutSeconds,
    EphemeralStorage: { Size: one.ephemeralStorageMB },
    Environment: { Variables: one.environment },
  };
}

const titled = (name: LambdaName): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;
export const keyOf = ({ codeSha256 }: FunctionBlueprint): string => artifactKey(hexadecimal(codeSha256));
const tagList = (tags: Record<string, string>): Json =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const versionId = ({ codeSha256 }: FunctionBlueprint, name: LambdaName) =>
  `${titled(name)}Version${hexadecimal(codeSha256).slice(0, 12)}`;
const roleId = ({ name }: RoleResource) =>
  name.endsWith('-functions') ? 'FunctionsRole' : 'StateMachineRole';

/** A role of the template, or the ARN of one that exists. */
export function roleRef({ roles }: Pick<Blueprint, 'roles'>, arn: string): Json {
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

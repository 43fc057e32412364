/**
 * A CloudFormation template of a release. The code is pinned twice: the S3 key is its digest, and
 * AWS::Lambda::Version publishes only what has the attested CodeSha256
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html).
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { RoleResource } from '../../deploy/resource.ts';
import { hexadecimal } from '../evidence/subjects.ts';
import type { Blueprint, StateMachineBlueprint, SubstitutionBlueprint } from '../release/blueprint.ts';
import { artifactKey } from '../release/store.ts';
import { notificationResources } from './bucket-notifications.ts';
import type { Exporter } from './exporter.ts';

/** What the two template languages write differently. */
interface Language {
  transform?: string;
  functionResource(blueprint: Blueprint, name: string): JsonObject;
  stateMachineResource(blueprint: Blueprint, machine: StateMachineBlueprint): JsonObject;
}

export const cloudformation: Exporter = {
  file: 'template.json',
  render: (blueprint, evidence) =>
    renderTemplate(blueprint, evidence, {
      functionResource: ({ functions, releasesBucket, tags }, name) => ({
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: releasesBucket, S3Key: keyOf(functions[name]!) },
          Tags: tagList(tags),
        },
      }),
      stateMachineResource: (blueprint, { name, type, roleArn }) => ({
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: name,
          StateMachineType: type,
          RoleArn: roleRef(blueprint, roleArn),
          Tags: tagList(blueprint.tags),
        },
      }),
    }),
};

/** A whole template; functions and state machines get what both languages call the same. */
export function renderTemplate(blueprint: Blueprint, evidence: string, language: Language): JsonObject {
  const functions = Object.keys(blueprint.functions).map((name) => {
    const { Type, Properties } = language.functionResource(blueprint, name);
    const common = functionProperties(blueprint, name);
    const resource = {
      Type: Type!,
      DependsOn: [logGroupId(blueprint.functions[name]!.name)],
      Properties: { ...common, ...(Properties as JsonObject) },
    };
    return [`${titled(name)}Function`, resource] as const;
  });
  const machines = Object.entries(blueprint.stateMachines);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    ...(language.transform === undefined ? {} : { Transform: language.transform }),
    Description: `cosmicai ${blueprint.release}, proven by evidence sha256:${evidence}`,
    Metadata: metadata(blueprint, evidence),
    Resources: {
      ...supportingResources(blueprint),
      ...layerResources(blueprint),
      ...Object.fromEntries(functions),
      ...versionResources(blueprint),
      ...Object.fromEntries(
        machines.map(([name, machine]) => {
          const resource = language.stateMachineResource(blueprint, machine);
          const properties = {
            ...(resource['Properties'] as JsonObject),
            ...loggingProperties(machine),
            Definition: machine.definition,
            DefinitionSubstitutions: substitutions(blueprint, machine),
          };
          return [machineId(name), { ...resource, Properties: properties }];
        }),
      ),
      ...Object.assign(
        {},
        ...machines.map(([name, machine]) => aliasResources(blueprint.release, name, machine)),
      ),
      ...permissionResources(blueprint),
      ...notificationResources(blueprint.notifications, `${blueprint.prefix}-`, {
        bucketId: titled,
        versionOf: (functionName) => versionRef(blueprint, functionName),
        permissionsOf: ({ name: bucket, targets }) => [
          ...new Set(
            targets.map(({ functionName }) => permissionId(nameOf(blueprint, functionName), bucket)),
          ),
        ],
      }),
    },
    Outputs: Object.fromEntries(
      machines.map(([name]) => [
        `${titled(name)}AliasArn`,
        { Description: `Start executions of ${name} with this`, Value: { Ref: `${titled(name)}Alias` } },
      ]),
    ),
  };
}

/** What the template is of, by digest. */
export function metadata(
  { release, functions, layers, stateMachines, objects }: Blueprint,
  evidence: string,
): JsonObject {
  const digests = (all: Readonly<Record<string, { codeSha256: string }>>) =>
    Object.fromEntries(Object.entries(all).map(([name, { codeSha256 }]) => [name, codeSha256]));
  return {
    Cosmicai: {
      Release: release,
      EvidenceSha256: evidence,
      CodeSha256: digests(functions),
      LayerSha256: digests(layers),
      // Of the canonical text with its placeholders.
      DefinitionSha256: Object.fromEntries(
        Object.entries(stateMachines).map(([name, { sha256 }]) => [name, hexadecimal(sha256)]),
      ),
      ObjectSha256: Object.fromEntries(
        objects.map(({ bucket, key, sha256 }) => [`s3://${bucket}/${key}`, hexadecimal(sha256)]),
      ),
    },
  };
}

/** Roles, log groups and activities, the same in both template languages. */
function supportingResources(blueprint: Blueprint): JsonObject {
  return {
    ...Object.fromEntries(blueprint.roles.map((role) => [roleId(role), roleResource(role, blueprint)])),
    ...Object.fromEntries(
      blueprint.logGroups.map(({ name, retentionDays }) => [
        logGroupId(name.slice(name.lastIndexOf('/') + 1)),
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
    ...Object.fromEntries(
      blueprint.activities.map(({ name }) => [
        `${titled(name)}Activity`,
        { Type: 'AWS::StepFunctions::Activity', Properties: { Name: name, Tags: tagList(blueprint.tags) } },
      ]),
    ),
  };
}

/** The digest is in the logical name: other content is another version. */
function layerResources({ layers, releasesBucket }: Blueprint): JsonObject {
  return Object.fromEntries(
    Object.values(layers).map((layer) => [
      layerId(layer),
      {
        Type: 'AWS::Lambda::LayerVersion',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          LayerName: layer.name,
          Content: { S3Bucket: releasesBucket, S3Key: keyOf(layer) },
          CompatibleArchitectures: [layer.architecture],
          ...(layer.runtimes.length === 0 ? {} : { CompatibleRuntimes: [...layer.runtimes] }),
        },
      },
    ]),
  );
}

/** The digest is in the logical name too: other code is another version, and the old one stays for going back. */
function versionResources({ functions }: Blueprint): JsonObject {
  return Object.fromEntries(
    Object.entries(functions).map(([name, one]) => [
      versionId(one, name),
      {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { FunctionName: { Ref: `${titled(name)}Function` }, CodeSha256: one.codeSha256 },
      },
    ]),
  );
}

/** Values of a definition's placeholders: `Ref` of a version is its ARN with the number. */
function substitutions({ functions, stateMachines }: Blueprint, machine: StateMachineBlueprint): JsonObject {
  const textOf = (one: SubstitutionBlueprint): Json => {
    if (one.kind === 'text') return one.value;
    if (one.kind === 'function-version') {
      const target = functions[one.name]!;
      const version = versionId(target, one.name);
      if (one.attribute === 'arn') return { Ref: version };
      return { 'Fn::Join': [':', [target.name, { 'Fn::GetAtt': [version, 'Version'] }]] };
    }
    const { arn, alias, name } = stateMachines[one.name]!;
    // By its alias: circles of machines that start each other are no circles of resources then.
    return one.attribute === 'arn' ? `${arn}:${alias}` : name;
  };
  return Object.fromEntries(Object.entries(machine.substitutions).map(([name, one]) => [name, textOf(one)]));
}

/** A version of a machine, and the alias that users start executions of. */
function aliasResources(release: string, name: string, { alias }: StateMachineBlueprint): JsonObject {
  const version = `${titled(name)}Version${release}`;
  return {
    [version]: {
      Type: 'AWS::StepFunctions::StateMachineVersion',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        StateMachineArn: { Ref: machineId(name) },
        StateMachineRevisionId: { 'Fn::GetAtt': [machineId(name), 'StateMachineRevisionId'] },
        Description: `cosmicai ${release}`,
      },
    },
    [`${titled(name)}Alias`]: {
      Type: 'AWS::StepFunctions::StateMachineAlias',
      Properties: {
        Name: alias,
        RoutingConfiguration: [{ StateMachineVersionArn: { Ref: version }, Weight: 100 }],
      },
    },
  };
}

/** S3 may invoke the versions that notifications lead to. */
function permissionResources(blueprint: Blueprint): JsonObject {
  const resources = blueprint.notifications.flatMap(({ name: bucket, accountId, targets }) =>
    [...new Set(targets.map(({ functionName }) => functionName))].map((deployed) => {
      const resource: JsonObject = {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: versionRef(blueprint, deployed),
          Action: 'lambda:InvokeFunction',
          Principal: 's3.amazonaws.com',
          SourceArn: `arn:aws:s3:::${bucket}`,
          SourceAccount: accountId,
        },
      };
      return [permissionId(nameOf(blueprint, deployed), bucket), resource] as const;
    }),
  );
  return Object.fromEntries(resources);
}

/** Name in the project of a deployed function; notifications lead to none but the project's. */
const nameOf = ({ functions }: Blueprint, deployed: string): string =>
  Object.keys(functions).find((name) => functions[name]!.name === deployed)!;
const versionRef = (blueprint: Blueprint, deployed: string): Json => {
  const name = nameOf(blueprint, deployed);
  return { Ref: versionId(blueprint.functions[name]!, name) };
};
const permissionId = (name: string, bucket: string) => `${titled(name)}From${titled(bucket)}`;

/** Settings of a function that both template languages call the same. */
function functionProperties(blueprint: Blueprint, name: string): JsonObject {
  const one = blueprint.functions[name]!;
  const { format, applicationLevel, systemLevel } = one.logging;
  const layers = one.layers.flatMap((layer) => {
    const found = Object.values(blueprint.layers).find((candidate) => candidate.name === layer);
    return found ? [{ Ref: layerId(found) }] : [];
  });
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
    ...(layers.length === 0 ? {} : { Layers: layers }),
    ...(one.reservedConcurrency === undefined
      ? {}
      : { ReservedConcurrentExecutions: one.reservedConcurrency }),
    ...(format === 'text'
      ? {}
      : {
          LoggingConfig: {
            LogFormat: 'JSON',
            ...(applicationLevel === undefined ? {} : { ApplicationLogLevel: applicationLevel }),
            ...(systemLevel === undefined ? {} : { SystemLogLevel: systemLevel }),
          },
        }),
  };
}

/** Logging of a machine, in the words of both template languages. */
function loggingProperties({ logging }: StateMachineBlueprint): JsonObject {
  const { level, includeExecutionData, logGroupArn } = logging;
  if (level === 'OFF' || logGroupArn === undefined) return {};
  return {
    LoggingConfiguration: {
      Level: level,
      IncludeExecutionData: includeExecutionData,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: logGroupArn } }],
    },
  };
}

/** Logical names are made of letters and digits alone. */
const titled = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => `${part[0]!.toUpperCase()}${part.slice(1)}`)
    .join('');
const machineId = (name: string) => `${titled(name)}StateMachine`;
const logGroupId = (deployed: string) => `${titled(deployed)}LogGroup`;
export const keyOf = ({ codeSha256 }: { codeSha256: string }): string => artifactKey(hexadecimal(codeSha256));
const tagList = (tags: Record<string, string>): Json =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const digestPart = (codeSha256: string) => hexadecimal(codeSha256).slice(0, 12);
const versionId = ({ codeSha256 }: { codeSha256: string }, name: string) =>
  `${titled(name)}Version${digestPart(codeSha256)}`;
const layerId = ({ name, codeSha256 }: { name: string; codeSha256: string }) =>
  `${titled(name)}Layer${digestPart(codeSha256)}`;
const roleId = ({ name }: RoleResource) => `${titled(name)}Role`;

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
      ...(role.managedPolicyArns ? { ManagedPolicyArns: [...role.managedPolicyArns] } : {}),
      Tags: tagList(tags),
    },
  };
}

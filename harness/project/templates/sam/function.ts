/** AWS::Serverless::Function: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../core/json.ts';
import { isGroup, textOf } from '../value.ts';
import {
  arnOf,
  pick,
  type SamContext,
  type SamExpansion,
  type SamResource,
  tagList,
} from './expand-resource.ts';
import { functionEvents } from './function-events.ts';
import { samRole } from './policies.ts';

const SAME = [
  'FunctionName',
  'Handler',
  'Runtime',
  'Description',
  'MemorySize',
  'Timeout',
  'Environment',
  'Layers',
  'VpcConfig',
  'Architectures',
  'EphemeralStorage',
  'ReservedConcurrentExecutions',
  'LoggingConfig',
  'KmsKeyArn',
  'FileSystemConfigs',
  'SnapStart',
  'ImageConfig',
  'PackageType',
  'RecursiveLoop',
  'CodeSigningConfigArn',
];

export const samFunction: SamExpansion = (resource, context) => {
  const { logicalId, properties, attributes } = resource;
  const role = properties['Role'] === undefined ? functionRole(resource, context) : {};
  const lambda: JsonObject = {
    Type: 'AWS::Lambda::Function',
    ...attributes,
    Properties: {
      ...pick(properties, SAME),
      Code: codeOf(resource, context),
      Role: properties['Role'] ?? arnOf(`${logicalId}Role`),
      ...(properties['Tracing'] === undefined ? {} : { TracingConfig: { Mode: properties['Tracing'] } }),
      ...(isGroup(properties['DeadLetterQueue'])
        ? { DeadLetterConfig: { TargetArn: properties['DeadLetterQueue']['TargetArn']! } }
        : {}),
      ...tagList(properties['Tags']),
    },
  };
  return {
    [logicalId]: lambda,
    ...role,
    ...aliasOf(resource, context),
    ...urlOf(resource),
    ...invokeConfigOf(resource),
    ...functionEvents(resource, context),
  };
};

function functionRole(resource: SamResource, context: SamContext): JsonObject {
  const { properties, logicalId } = resource;
  const managed = ['AWSLambdaBasicExecutionRole'];
  if (properties['VpcConfig'] !== undefined) managed.push('AWSLambdaVPCAccessExecutionRole');
  if (properties['Tracing'] === 'Active') managed.push('AWSXRayDaemonWriteAccess');
  const queue = properties['DeadLetterQueue'];
  const statements = isGroup(queue)
    ? [
        {
          Effect: 'Allow',
          Action: [queue['Type'] === 'SNS' ? 'sns:Publish' : 'sqs:SendMessage'],
          Resource: queue['TargetArn'] ?? '*',
        },
      ]
    : [];
  return {
    [`${logicalId}Role`]: samRole(
      resource,
      { service: 'lambda.amazonaws.com', managed, statements },
      context,
    ),
  };
}

/** A local path stays a text, as `aws cloudformation package` takes it. */
function codeOf({ properties, path }: SamResource, { evaluation }: SamContext): Json {
  if (properties['InlineCode'] !== undefined) return { ZipFile: properties['InlineCode'] };
  if (properties['ImageUri'] !== undefined) return { ImageUri: properties['ImageUri'] };
  const uri = properties['CodeUri'];
  if (isGroup(uri) && uri['Bucket'] !== undefined)
    return {
      S3Bucket: uri['Bucket'],
      S3Key: uri['Key'] ?? '',
      ...(uri['Version'] === undefined ? {} : { S3ObjectVersion: uri['Version'] }),
    };
  if (uri !== undefined) return uri;
  if (properties['PackageType'] === 'Image') return { ImageUri: '' };
  evaluation.report(
    [...path, 'Properties'],
    'a function needs CodeUri or InlineCode',
    'name the folder of its code',
  );
  return {};
}

/** A version and an alias for AutoPublishAlias. */
function aliasOf({ logicalId, properties, attributes }: SamResource, { references }: SamContext): JsonObject {
  const name = textOf(properties['AutoPublishAlias'] ?? '');
  if (!name) return {};
  const digest = createHash('sha256').update(
    JSON.stringify(properties['CodeUri'] ?? properties['InlineCode'] ?? ''),
  );
  const version = `${logicalId}Version${digest.digest('hex').slice(0, 10)}`;
  const alias = `${logicalId}Alias${name.replace(/[^A-Za-z0-9]/g, '')}`;
  references.set(`${logicalId}.Version`, version);
  references.set(`${logicalId}.Alias`, alias);
  const provisioned = properties['ProvisionedConcurrencyConfig'];
  return {
    [version]: {
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: 'Retain',
      ...pick(attributes, ['Condition']),
      Properties: { FunctionName: { Ref: logicalId } },
    },
    [alias]: {
      Type: 'AWS::Lambda::Alias',
      ...pick(attributes, ['Condition']),
      Properties: {
        Name: name,
        FunctionName: { Ref: logicalId },
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
        ...(provisioned === undefined ? {} : { ProvisionedConcurrencyConfig: provisioned }),
      },
    },
  };
}

function urlOf({ logicalId, properties, attributes }: SamResource): JsonObject {
  const config = properties['FunctionUrlConfig'];
  if (!isGroup(config)) return {};
  const kept = pick(attributes, ['Condition']);
  const authType = config['AuthType'] ?? 'AWS_IAM';
  return {
    [`${logicalId}Url`]: {
      Type: 'AWS::Lambda::Url',
      ...kept,
      Properties: {
        AuthType: authType,
        TargetFunctionArn: { Ref: logicalId },
        ...pick(config, ['Cors', 'InvokeMode']),
      },
    },
    ...(authType === 'NONE'
      ? {
          [`${logicalId}UrlPublicPermissions`]: {
            Type: 'AWS::Lambda::Permission',
            ...kept,
            Properties: {
              Action: 'lambda:InvokeFunctionUrl',
              FunctionName: { Ref: logicalId },
              Principal: '*',
              FunctionUrlAuthType: 'NONE',
            },
          },
        }
      : {}),
  };
}

function invokeConfigOf({ logicalId, properties, attributes }: SamResource): JsonObject {
  const config = properties['EventInvokeConfig'];
  if (!isGroup(config)) return {};
  return {
    [`${logicalId}EventInvokeConfig`]: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      ...pick(attributes, ['Condition']),
      Properties: {
        FunctionName: { Ref: logicalId },
        Qualifier: textOf(properties['AutoPublishAlias'] ?? '') || '$LATEST',
        ...pick(config, ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'DestinationConfig']),
      },
    },
  };
}

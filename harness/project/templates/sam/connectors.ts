/**
 * Connectors: permissions between two resources as a managed policy of the source's role.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
 */
import type { Json, JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import { isGroup } from '../value.ts';
import { arnOf, type SamContext, type SamExpansion } from './expand-resource.ts';

type Access = 'Read' | 'Write';

/** Actions by the type of the destination; `below` adds what lies in it. */
const ACTIONS: Readonly<
  Record<string, { actions: Partial<Record<Access, string[]>>; below?: string; isArnRef?: true }>
> = {
  'AWS::Lambda::Function': { actions: { Write: ['lambda:InvokeAsync', 'lambda:InvokeFunction'] } },
  'AWS::S3::Bucket': {
    actions: {
      Read: [
        's3:GetObject',
        's3:GetObjectAcl',
        's3:GetObjectLegalHold',
        's3:GetObjectRetention',
        's3:GetObjectTorrent',
        's3:GetObjectVersion',
        's3:ListBucket',
        's3:ListBucketVersions',
        's3:ListMultipartUploadParts',
      ],
      Write: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObject',
        's3:RestoreObject',
      ],
    },
    below: '/*',
  },
  'AWS::StepFunctions::StateMachine': {
    actions: {
      Read: ['states:DescribeStateMachine', 'states:ListExecutions'],
      Write: ['states:StartExecution', 'states:StartSyncExecution'],
    },
    isArnRef: true,
  },
  'AWS::DynamoDB::Table': {
    actions: {
      Read: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem'],
      Write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
    },
    below: '/index/*',
  },
  'AWS::SQS::Queue': {
    actions: {
      Read: ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'],
      Write: ['sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'],
    },
  },
  'AWS::SNS::Topic': { actions: { Write: ['sns:Publish'] }, isArnRef: true },
  'AWS::Events::EventBus': { actions: { Write: ['events:PutEvents'] } },
};

const SOURCES = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']);

export const samConnector: SamExpansion = ({ logicalId, properties, path }, context) => {
  const source = properties['Source'];
  const sourceId = isGroup(source) ? source['Id'] : undefined;
  return connect(logicalId, typeof sourceId === 'string' ? sourceId : '', properties, path, context);
};

/** Connectors that stand in the resource they start from. */
export function embeddedConnectors(
  sourceId: string,
  connectors: Json | undefined,
  path: Path,
  context: SamContext,
): JsonObject {
  if (!isGroup(connectors)) return {};
  return Object.assign(
    {},
    ...Object.entries(connectors).map(([name, one]) => {
      const properties = isGroup(one) && isGroup(one['Properties']) ? one['Properties'] : {};
      return connect(`${sourceId}${name}`, sourceId, properties, [...path, 'Connectors', name], context);
    }),
  ) as JsonObject;
}

function connect(
  id: string,
  sourceId: string,
  properties: JsonObject,
  path: Path,
  context: SamContext,
): JsonObject {
  const { evaluation, resources } = context;
  const destinations = [properties['Destination'] ?? []].flat();
  const permissions = [properties['Permissions'] ?? []].flat() as Access[];
  const source = resources[sourceId];
  if (!isGroup(source)) {
    evaluation.report(
      path,
      `the connector starts from ${sourceId || 'nothing'}, which the template does not have`,
    );
    return {};
  }
  // Sources without a role of their own (rules, topics, APIs) are stubs: there is nothing to permit.
  if (!SOURCES.has(String(source['Type']))) return {};
  const statements = destinations.flatMap((one): JsonObject[] => {
    const destinationId = isGroup(one) ? String(one['Id'] ?? '') : '';
    const destination = resources[destinationId];
    if (!isGroup(destination)) {
      evaluation.report(
        path,
        `the connector leads to ${destinationId || 'nothing'}, which the template does not have`,
      );
      return [];
    }
    const known = ACTIONS[String(destination['Type'])];
    if (!known) return [];
    const arn: Json = known.isArnRef ? { Ref: destinationId } : arnOf(destinationId);
    const Resource = known.below === undefined ? arn : [arn, { 'Fn::Join': ['', [arn, known.below]] }];
    return permissions.flatMap((access): JsonObject[] => {
      const actions = known.actions[access];
      return actions ? [{ Effect: 'Allow', Action: actions, Resource }] : [];
    });
  });
  const roleId = `${sourceId}Role`;
  if (statements.length === 0 || !(roleId in resources)) return {};
  return {
    [`${id}Policy`]: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
        Roles: [{ Ref: roleId }],
      },
    },
  };
}

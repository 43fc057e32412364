/**
 * Least rights: what the functions and the state machine may do, and nothing more.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
import type { JsonObject } from '../core/json.ts';
import type { Account } from './deployment-spec.ts';

const document = (statements: JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement: statements });

/** Lets one AWS service take the role, on behalf of this account only. */
export function trustPolicy(service: string, { accountId }: Account): JsonObject {
  return document([
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(service === 'states.amazonaws.com'
        ? { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }
        : {}),
    },
  ]);
}

/** The policy with actions denied on purpose: a Deny goes before every Allow. */
export function denying(policy: JsonObject, actions: readonly string[] = []): JsonObject {
  if (actions.length === 0) return policy;
  const denied = { Sid: 'DeniedOnPurpose', Effect: 'Deny', Action: [...actions], Resource: '*' };
  return { ...policy, Statement: [...(policy['Statement'] as JsonObject[]), denied] };
}

/** The functions: their own logs, reading data and work buckets, writing to the work buckets. */
export function functionPolicy(
  { partition, accountId, region }: Account,
  functionNames: string[],
  workBuckets: string[],
  dataBuckets: string[],
): JsonObject {
  const bucketArn = (name: string) => `arn:${partition}:s3:::${name}`;
  const all = [...new Set([...workBuckets, ...dataBuckets])];
  return document([
    {
      Sid: 'WriteOwnLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: functionNames.map(
        (name) => `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${name}:*`,
      ),
    },
    {
      Sid: 'ListPartitionsAndModels',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: all.map(bucketArn),
    },
    {
      Sid: 'ReadPartitionsModelsAndResults',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: all.map((name) => `${bucketArn(name)}/*`),
    },
    {
      Sid: 'WritePayloadsAndResults',
      Effect: 'Allow',
      Action: ['s3:PutObject'],
      Resource: workBuckets.map((name) => `${bucketArn(name)}/*`),
    },
  ]);
}

/** The state machine: its functions, children of its own Map Runs, its jobs in S3 and what a Map Run writes. */
export function stateMachinePolicy(
  { partition, accountId, region }: Account,
  stateMachineName: string,
  functionArns: string[],
  workBuckets: string[],
): JsonObject {
  const states = `arn:${partition}:states:${region}:${accountId}`;
  return document([
    {
      Sid: 'InvokeFunctions',
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: functionArns.flatMap((arn) => [arn, `${arn}:*`]),
    },
    {
      Sid: 'StartMapRuns',
      Effect: 'Allow',
      Action: ['states:StartExecution'],
      Resource: [`${states}:stateMachine:${stateMachineName}`],
    },
    {
      Sid: 'FollowMapRuns',
      Effect: 'Allow',
      Action: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
      Resource: [
        `${states}:execution:${stateMachineName}/*`,
        `${states}:execution:${stateMachineName}:*`,
        `${states}:express:${stateMachineName}/*`,
      ],
    },
    {
      Sid: 'ReadJobs',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: workBuckets.map((name) => `arn:${partition}:s3:::${name}/payloads/*`),
    },
    {
      Sid: 'WriteMapResults',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
      Resource: workBuckets.map((name) => `arn:${partition}:s3:::${name}/payloads/*/map/*`),
    },
  ]);
}

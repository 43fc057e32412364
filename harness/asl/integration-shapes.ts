/**
 * Requests and answers of optimised integrations that the emulator does not run itself, so that mocks and delegates
 * are checked and drafts of mocks look like AWS's answers.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the pages below it
 */
import type { JsonObject } from '../core/json.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { type IntegrationName, shownIntegration } from './served-integrations.ts';

interface IntegrationShape {
  /** Begins the names of its errors, as in `DynamoDB.ConditionalCheckFailedException`. */
  errorName: string;
  /** An answer as AWS gives it; its members are those that an answer may have. */
  answer: JsonObject;
  /** Members that an answer always has. */
  required?: readonly string[];
}

const ID = '00000000-0000-0000-0000-000000000000';
const REGION = 'us-east-1';
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:123456789012:${resource}`;

/** By `service:action`, with the pattern where the answer differs. */
const SHAPES: Readonly<Record<string, IntegrationShape>> = {
  'dynamodb:getItem': {
    errorName: 'DynamoDB',
    answer: { Item: { id: { S: 'example' } }, ConsumedCapacity: {} },
  },
  'dynamodb:putItem': {
    errorName: 'DynamoDB',
    answer: { Attributes: {}, ConsumedCapacity: {}, ItemCollectionMetrics: {} },
  },
  'dynamodb:updateItem': {
    errorName: 'DynamoDB',
    answer: { Attributes: {}, ConsumedCapacity: {}, ItemCollectionMetrics: {} },
  },
  'dynamodb:deleteItem': {
    errorName: 'DynamoDB',
    answer: { Attributes: {}, ConsumedCapacity: {}, ItemCollectionMetrics: {} },
  },
  'sqs:sendMessage': {
    errorName: 'SQS',
    answer: {
      MD5OfMessageBody: 'd41d8cd98f00b204e9800998ecf8427e',
      MD5OfMessageAttributes: '',
      MD5OfMessageSystemAttributes: '',
      MessageId: ID,
      SequenceNumber: '1',
    },
    required: ['MessageId'],
  },
  'sns:publish': {
    errorName: 'SNS',
    answer: { MessageId: ID, SequenceNumber: '1' },
    required: ['MessageId'],
  },
  'events:putEvents': {
    errorName: 'EventBridge',
    answer: { Entries: [{ EventId: ID }], FailedEntryCount: 0 },
    required: ['Entries', 'FailedEntryCount'],
  },
  'ecs:runTask': {
    errorName: 'ECS',
    answer: {
      Tasks: [{ TaskArn: arn('ecs', `task/default/${ID}`), LastStatus: 'PROVISIONING' }],
      Failures: [],
    },
    required: ['Tasks', 'Failures'],
  },
  'ecs:runTask.sync': {
    errorName: 'ECS',
    answer: {
      TaskArn: arn('ecs', `task/default/${ID}`),
      ClusterArn: arn('ecs', 'cluster/default'),
      TaskDefinitionArn: arn('ecs', 'task-definition/example:1'),
      LaunchType: 'FARGATE',
      LastStatus: 'STOPPED',
      DesiredStatus: 'STOPPED',
      StopCode: 'EssentialContainerExited',
      StoppedReason: 'Essential container in task exited',
      Containers: [{ Name: 'example', ExitCode: 0, LastStatus: 'STOPPED' }],
      Attachments: [],
      Attributes: [],
      AvailabilityZone: `${REGION}a`,
      Connectivity: 'CONNECTED',
      ConnectivityAt: 0,
      Cpu: '256',
      CreatedAt: 0,
      EnableExecuteCommand: false,
      EphemeralStorage: { SizeInGiB: 20 },
      ExecutionStoppedAt: 0,
      Group: 'family:example',
      Memory: '512',
      Overrides: {},
      PlatformFamily: 'Linux',
      PlatformVersion: '1.4.0',
      PullStartedAt: 0,
      PullStoppedAt: 0,
      StartedAt: 0,
      StartedBy: 'AWS Step Functions',
      StoppedAt: 0,
      StoppingAt: 0,
      Tags: [],
      Version: 1,
    },
    required: ['TaskArn', 'LastStatus'],
  },
  'batch:submitJob': {
    errorName: 'Batch',
    answer: { JobArn: arn('batch', `job/${ID}`), JobId: ID, JobName: 'example' },
    required: ['JobId', 'JobName'],
  },
  'batch:submitJob.sync': {
    errorName: 'Batch',
    answer: {
      JobArn: arn('batch', `job/${ID}`),
      JobId: ID,
      JobName: 'example',
      JobQueue: arn('batch', 'job-queue/example'),
      JobDefinition: arn('batch', 'job-definition/example:1'),
      Status: 'SUCCEEDED',
      StatusReason: 'Essential container in task exited',
      Attempts: [],
      ArrayProperties: {},
      Container: { ExitCode: 0 },
      CreatedAt: 0,
      DependsOn: [],
      EksProperties: {},
      NodeProperties: {},
      Parameters: {},
      PlatformCapabilities: ['FARGATE'],
      PropagateTags: false,
      RetryStrategy: {},
      StartedAt: 0,
      StoppedAt: 0,
      Tags: {},
      Timeout: {},
    },
    required: ['JobId', 'Status'],
  },
  'glue:startJobRun': { errorName: 'Glue', answer: { JobRunId: 'jr_example' }, required: ['JobRunId'] },
  'glue:startJobRun.sync': {
    errorName: 'Glue',
    answer: {
      Id: 'jr_example',
      JobName: 'example',
      JobRunState: 'SUCCEEDED',
      AllocatedCapacity: 10,
      Arguments: {},
      Attempt: 0,
      CompletedOn: 0,
      ErrorMessage: '',
      ExecutionTime: 60,
      GlueVersion: '4.0',
      LastModifiedOn: 0,
      LogGroupName: '/aws-glue/jobs',
      MaxCapacity: 10,
      NumberOfWorkers: 10,
      PredecessorRuns: [],
      StartedOn: 0,
      Timeout: 2880,
      WorkerType: 'G.1X',
    },
    required: ['Id', 'JobRunState'],
  },
  'bedrock:invokeModel': {
    errorName: 'Bedrock',
    answer: {
      Body: {},
      ContentType: 'application/json',
      PerformanceConfigLatency: 'standard',
      ServiceTier: 'default',
    },
    required: ['Body'],
  },
  'http:invoke': {
    errorName: 'Http',
    answer: {
      Headers: { 'content-type': ['application/json'] },
      ResponseBody: {},
      StatusCode: 200,
      StatusText: 'OK',
    },
    required: ['ResponseBody', 'StatusCode'],
  },
};

function shapeOf(name: IntegrationName): IntegrationShape | undefined {
  if (name.isSdk) return undefined;
  const plain = `${name.service}:${name.action}`;
  return SHAPES[shownIntegration({ ...name, pattern: name.pattern.replace(':2', '') })] ?? SHAPES[plain];
}

/** An answer as AWS gives it; an empty object where none is known. */
export function exampleAnswer(name: IntegrationName): JsonObject {
  const shape = shapeOf(name);
  if (!shape) return {};
  const required = shape.required ?? [];
  const wanted = required.length === 0 ? Object.keys(shape.answer).slice(0, 1) : required;
  return Object.fromEntries(Object.entries(shape.answer).filter(([member]) => wanted.includes(member)));
}

/** What of an answer AWS would not give, as sentences; none where the shape is not known. */
export function checkAnswer(name: IntegrationName, answer: Json): string[] {
  const shape = shapeOf(name);
  // Of a callback the answer is what SendTaskSuccess is given.
  if (!shape || name.pattern === '.waitForTaskToken') return [];
  const shown = shownIntegration(name);
  if (!isJsonObject(answer)) return [`${shown} answers an object`];
  const known = [...Object.keys(shape.answer), 'SdkHttpMetadata', 'SdkResponseMetadata'];
  return [
    ...(shape.required ?? [])
      .filter((one) => answer[one] === undefined)
      .map((one) => `the answer of ${shown} has ${one}`),
    ...Object.keys(answer)
      .filter((one) => !known.includes(one))
      .map((one) => `the answer of ${shown} has no ${one}; it has ${Object.keys(shape.answer).join(', ')}`),
  ];
}

/** What of an error's name AWS would not give. */
export function checkErrorName(name: IntegrationName, error: string): string[] {
  const shape = shapeOf(name);
  if (!shape || error.startsWith('States.') || error.startsWith(`${shape.errorName}.`)) return [];
  return name.pattern === ''
    ? [`errors of ${shownIntegration(name)} are named ${shape.errorName}.X or States.X`]
    : [];
}

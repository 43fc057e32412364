/**
 * Shapes of the answers of the APIs that machines call most, as far as TestState checks them.
 * Source: the API references of Lambda, S3, Step Functions, DynamoDB, EventBridge, SQS, SNS and KMS.
 */
import type { TaskResource } from '../integrations/resource.ts';

export type ResultShape =
  | { type: 'object'; members: { readonly [name: string]: ResultShape }; required?: readonly string[] }
  | { type: 'array'; of: ResultShape }
  | { type: 'string'; min?: number; max?: number; values?: readonly string[] }
  | { type: 'number'; min?: number; max?: number }
  | { type: 'boolean' }
  | { type: 'any' };

const text: ResultShape = { type: 'string' };
const number: ResultShape = { type: 'number' };
const boolean: ResultShape = { type: 'boolean' };
const any: ResultShape = { type: 'any' };
const oneOf = (...values: string[]): ResultShape => ({ type: 'string', values });
const list = (of: ResultShape): ResultShape => ({ type: 'array', of });
const object = (
  members: { readonly [name: string]: ResultShape },
  required: readonly string[] = [],
): ResultShape => ({ type: 'object', members, required });

const STORAGE_CLASSES = oneOf(
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'OUTPOSTS',
  'GLACIER_IR',
  'SNOW',
  'EXPRESS_ONEZONE',
  'FSX_OPENZFS',
);

const ENCRYPTION = oneOf('AES256', 'aws:fsx', 'aws:kms', 'aws:kms:dsse');
const CHECKSUMS = {
  ChecksumCRC32: text,
  ChecksumCRC32C: text,
  ChecksumCRC64NVME: text,
  ChecksumSHA1: text,
  ChecksumSHA256: text,
  ChecksumType: oneOf('COMPOSITE', 'FULL_OBJECT'),
};

const objectHead = {
  AcceptRanges: text,
  BucketKeyEnabled: boolean,
  CacheControl: text,
  ContentDisposition: text,
  ContentEncoding: text,
  ContentLanguage: text,
  ContentLength: number,
  ContentType: text,
  DeleteMarker: boolean,
  ETag: text,
  Expiration: text,
  LastModified: text,
  MissingMeta: number,
  PartsCount: number,
  ReplicationStatus: oneOf('COMPLETE', 'PENDING', 'FAILED', 'REPLICA', 'COMPLETED'),
  RequestCharged: oneOf('requester'),
  Restore: text,
  ServerSideEncryption: ENCRYPTION,
  StorageClass: STORAGE_CLASSES,
  TagCount: number,
  VersionId: text,
  ...CHECKSUMS,
};

const listedObject = object({
  ETag: text,
  Key: { type: 'string', min: 1 },
  LastModified: text,
  Size: number,
  StorageClass: STORAGE_CLASSES,
});

const functionConfiguration = {
  Architectures: list(oneOf('x86_64', 'arm64')),
  CodeSha256: text,
  CodeSize: number,
  Description: { type: 'string', min: 0, max: 256 } as const,
  FunctionArn: text,
  FunctionName: text,
  Handler: text,
  LastModified: text,
  LastUpdateStatus: oneOf('Successful', 'Failed', 'InProgress'),
  MemorySize: { type: 'number', min: 128, max: 10_240 } as const,
  PackageType: oneOf('Zip', 'Image'),
  RevisionId: text,
  Role: text,
  Runtime: text,
  State: oneOf('Pending', 'Active', 'Inactive', 'Failed'),
  Timeout: { type: 'number', min: 1 } as const,
  Version: { type: 'string', min: 1, max: 1024 } as const,
};

const executionStatus = oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE');
const dataDetails = object({ Included: boolean });

const describedExecution = object(
  {
    Cause: text,
    Error: text,
    ExecutionArn: { type: 'string', min: 1, max: 256 },
    Input: any,
    InputDetails: dataDetails,
    Name: { type: 'string', min: 1, max: 80 },
    Output: any,
    OutputDetails: dataDetails,
    RedriveCount: { type: 'number', min: 0 },
    StartDate: text,
    StateMachineArn: { type: 'string', min: 1, max: 256 },
    Status: executionStatus,
    StopDate: text,
  },
  ['ExecutionArn', 'StateMachineArn', 'Status', 'StartDate'],
);

const startedExecution = object({ ExecutionArn: { type: 'string', min: 1, max: 256 }, StartDate: text }, [
  'ExecutionArn',
  'StartDate',
]);

const capacity = object({ CapacityUnits: number, ReadCapacityUnits: number, WriteCapacityUnits: number });
const consumed = object({
  CapacityUnits: number,
  ReadCapacityUnits: number,
  Table: capacity,
  TableName: text,
  WriteCapacityUnits: number,
});
const item = object({});

/** By resource as it is written behind `arn:aws:states:::`, without pattern. */
const SHAPES: { readonly [resource: string]: ResultShape } = {
  'lambda:invoke': object({
    ExecutedVersion: { type: 'string', min: 1, max: 1024 },
    FunctionError: text,
    LogResult: text,
    Payload: any,
    StatusCode: number,
  }),
  'states:startExecution': startedExecution,
  'states:startExecution.sync': describedExecution,
  'states:startExecution.sync:2': describedExecution,
  'aws-sdk:sfn:startExecution': startedExecution,
  'aws-sdk:sfn:describeExecution': describedExecution,
  'aws-sdk:lambda:invoke': object({
    ExecutedVersion: { type: 'string', min: 1, max: 1024 },
    FunctionError: text,
    LogResult: text,
    Payload: text,
    StatusCode: number,
  }),
  'aws-sdk:lambda:getFunction': object({
    Code: object({ ImageUri: text, Location: text, RepositoryType: text, ResolvedImageUri: text }),
    Concurrency: object({ ReservedConcurrentExecutions: { type: 'number', min: 0 } }),
    Configuration: object(functionConfiguration),
    Tags: object({}),
  }),
  'aws-sdk:lambda:getFunctionConfiguration': object(functionConfiguration),
  'aws-sdk:s3:getObject': object({ ...objectHead, Body: text }),
  'aws-sdk:s3:headObject': object(objectHead),
  'aws-sdk:s3:putObject': object({
    BucketKeyEnabled: boolean,
    ETag: text,
    Expiration: text,
    RequestCharged: oneOf('requester'),
    ServerSideEncryption: ENCRYPTION,
    Size: number,
    VersionId: text,
    ...CHECKSUMS,
  }),
  'aws-sdk:s3:listObjectsV2': object({
    CommonPrefixes: list(object({ Prefix: text })),
    Contents: list(listedObject),
    ContinuationToken: text,
    Delimiter: text,
    EncodingType: oneOf('url'),
    IsTruncated: boolean,
    KeyCount: number,
    MaxKeys: number,
    Name: text,
    NextContinuationToken: text,
    Prefix: text,
    StartAfter: text,
  }),
  'aws-sdk:kms:encrypt': object({
    CiphertextBlob: { type: 'string', min: 1, max: 8_192 },
    EncryptionAlgorithm: oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'),
    KeyId: { type: 'string', min: 1, max: 2_048 },
  }),
  'dynamodb:getItem': object({ ConsumedCapacity: consumed, Item: item }),
  'dynamodb:putItem': object({ Attributes: item, ConsumedCapacity: consumed }),
  'dynamodb:updateItem': object({ Attributes: item, ConsumedCapacity: consumed }),
  'dynamodb:deleteItem': object({ Attributes: item, ConsumedCapacity: consumed }),
  'events:putEvents': object({
    Entries: list(object({ ErrorCode: text, ErrorMessage: text, EventId: text })),
    FailedEntryCount: number,
  }),
  'sns:publish': object({ MessageId: text, SequenceNumber: text }),
  'sqs:sendMessage': object({
    MD5OfMessageAttributes: text,
    MD5OfMessageBody: text,
    MD5OfMessageSystemAttributes: text,
    MessageId: text,
    SequenceNumber: text,
  }),
};

/** The shape of what a Task's API answers; undefined where it is not known or depends on somebody else. */
export function resultShape(resource: TaskResource): ResultShape | undefined {
  if (resource.kind !== 'service' && resource.kind !== 'aws-sdk') return undefined;
  if (resource.pattern === 'waitForTaskToken') return undefined;
  const name = `${resource.kind === 'aws-sdk' ? 'aws-sdk:' : ''}${resource.service}:${resource.action}`;
  return SHAPES[resource.pattern === 'request' ? name : `${name}.${resource.pattern}`];
}

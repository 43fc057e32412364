/**
 * The permissions that operations of S3 need, from the members that the operations themselves read.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { AuthorizedCall, Permission } from '../../http/permission.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { S3Context } from './context.ts';
import { noSuchBucket } from './errors.ts';
import { parseCopySource } from './objects/copy-source.ts';

/** Members of an input by AWS's names. */
type Input = { readonly [member: string]: unknown };

type Sender = Pick<WireRequest, 'query' | 'headers' | 'caller'>;

/** ARN of a bucket, or of an object in it. */
const s3Arn = (bucket: string, key?: string): string =>
  key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;

/** Of operations on one bucket. @param action without `s3:` */
export const onBucket =
  (action: string): Permission<S3Context, Input> =>
  (input, context, request) => [bucketCall(action, input, context, request)];

/** Of operations on one object; some actions have a variant for a version that is named. */
export const onObject =
  (...actions: readonly string[]): Permission<S3Context, Input> =>
  (input, context, request) =>
    actions.map((action) => objectCall(action, input, context, request));

/** As `onObject`, of operations that may pass over a retention in governance mode. */
export const onLockedObject =
  (action: string): Permission<S3Context, Input> =>
  (input, context, request) => [
    objectCall(action, input, context, request),
    ...(String(input['BypassGovernanceRetention']).toLowerCase() === 'true'
      ? [objectCall('BypassGovernanceRetention', input, context, request)]
      : []),
  ];

/** Of operations that write an object, whose tags, access rights and lock may come along. */
export const writesObject: Permission<S3Context, Input> = (input, context, request) =>
  ['PutObject', ...actionsOfWrite(input)].map((action) => objectCall(action, input, context, request));

/** Of CopyObject: the object that is read, and the destination. */
export const copiesObject: Permission<S3Context, Input> = (input, context, request) => [
  sourceCall(input, request),
  ...writesObject(input, context, request),
];

/** Of UploadPartCopy. */
export const copiesPart: Permission<S3Context, Input> = (input, context, request) => [
  sourceCall(input, request),
  objectCall('PutObject', input, context, request),
];

/**
 * The permission that decides whether a missing object may be told of: without it, AWS answers 403 for 404.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const listBucketCall = (bucket: string): AuthorizedCall => ({
  action: 's3:ListBucket',
  resource: s3Arn(bucket),
});

/** The permissions to delete one key of DeleteObjects. */
export function deleteCalls(
  bucket: string,
  key: string,
  versionId: string | undefined,
  bypassGovernance: boolean,
): AuthorizedCall[] {
  const actions = [
    versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion',
    ...(bypassGovernance ? ['BypassGovernanceRetention'] : []),
  ];
  return actions.map((action) => ({
    action: `s3:${action}`,
    resource: s3Arn(bucket, key),
    context: { 's3:VersionId': versionId },
  }));
}

function bucketCall(action: string, input: Input, context: S3Context, request: Sender): AuthorizedCall {
  const bucket = input['Bucket'];
  return {
    action: `s3:${action}`,
    resource: typeof bucket === 'string' ? s3Arn(bucket) : '*',
    context: context.isPolicyActive ? conditionKeys(input, request) : undefined,
  };
}

/** Actions of which there is another one for a version that is named. */
const VERSIONED = new Map(
  Object.entries({
    GetObject: 'GetObjectVersion',
    GetObjectAcl: 'GetObjectVersionAcl',
    GetObjectAttributes: 'GetObjectVersionAttributes',
    GetObjectTagging: 'GetObjectVersionTagging',
    PutObjectAcl: 'PutObjectVersionAcl',
    PutObjectTagging: 'PutObjectVersionTagging',
    DeleteObject: 'DeleteObjectVersion',
    DeleteObjectTagging: 'DeleteObjectVersionTagging',
  }),
);

/** @throws AwsError NoSuchBucket: AWS says so to every signed caller before it asks any policy */
function objectCall(action: string, input: Input, context: S3Context, request: Sender): AuthorizedCall {
  const [bucket, key] = [String(input['Bucket']), String(input['Key'])];
  if (context.isPolicyActive && request.caller.accessKeyId !== 'anonymous' && !context.buckets.has(bucket))
    throw noSuchBucket(bucket);
  const named = input['VersionId'] === undefined ? action : (VERSIONED.get(action) ?? action);
  return {
    action: `s3:${named}`,
    resource: s3Arn(bucket, key),
    context: context.isPolicyActive ? conditionKeys(input, request) : undefined,
  };
}

/** What else a write needs, by what it gives to the object. */
function actionsOfWrite(input: Input): string[] {
  const has = (member: string) => input[member] !== undefined;
  return [
    ...(has('Tagging') ? ['PutObjectTagging'] : []),
    ...(has('ACL') || GRANTS.some(([member]) => has(member)) ? ['PutObjectAcl'] : []),
    ...(has('ObjectLockLegalHoldStatus') ? ['PutObjectLegalHold'] : []),
    ...(has('ObjectLockMode') ? ['PutObjectRetention'] : []),
  ];
}

function sourceCall(input: Input, request: Sender): AuthorizedCall {
  const { bucket, key, versionId } = parseCopySource(String(input['CopySource']));
  return {
    action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    resource: s3Arn(bucket, key),
    context: { ...callerKeys(request), 's3:VersionId': versionId },
  };
}

const GRANTS = [
  ['GrantRead', 's3:x-amz-grant-read'],
  ['GrantWrite', 's3:x-amz-grant-write'],
  ['GrantReadACP', 's3:x-amz-grant-read-acp'],
  ['GrantWriteACP', 's3:x-amz-grant-write-acp'],
  ['GrantFullControl', 's3:x-amz-grant-full-control'],
] as const;

/**
 * Condition keys by the member that they speak of. A parameter that the operation does not have sets none.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
 */
const KEYS: readonly (readonly [member: string, key: string])[] = [
  ['Prefix', 's3:prefix'],
  ['Delimiter', 's3:delimiter'],
  ['MaxKeys', 's3:max-keys'],
  ['VersionId', 's3:VersionId'],
  ['ACL', 's3:x-amz-acl'],
  ...GRANTS,
  ['StorageClass', 's3:x-amz-storage-class'],
  ['ServerSideEncryption', 's3:x-amz-server-side-encryption'],
  ['SSEKMSKeyId', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
  ['CopySource', 's3:x-amz-copy-source'],
  ['MetadataDirective', 's3:x-amz-metadata-directive'],
  ['WebsiteRedirectLocation', 's3:x-amz-website-redirect-location'],
];

function conditionKeys(input: Input, request: Sender): NonNullable<AuthorizedCall['context']> {
  const keys: { [key: string]: string | undefined } = callerKeys(request);
  for (const [member, key] of KEYS) {
    const value = input[member];
    if (typeof value === 'string') keys[key] = value;
  }
  if (typeof input['Tagging'] === 'string') {
    for (const [key, value] of new URLSearchParams(input['Tagging']))
      keys[`s3:RequestObjectTag/${key}`] = value;
  }
  return keys;
}

const callerKeys = ({ query, headers }: Sender): { [key: string]: string | undefined } => ({
  's3:x-amz-content-sha256': headers['x-amz-content-sha256'],
  's3:authType': authTypeOf(query, headers),
  'aws:Referer': headers['referer'],
  'aws:UserAgent': headers['user-agent'],
});

function authTypeOf(query: URLSearchParams, headers: WireRequest['headers']): string | undefined {
  if (query.has('X-Amz-Signature')) return 'REST-QUERY-STRING';
  return headers['authorization'] === undefined ? undefined : 'REST-HEADER';
}

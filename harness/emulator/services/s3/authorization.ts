/**
 * The permissions that operations of S3 need. Most are named as their operation; these are not.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { PathParameters } from '../../http/legacy-operation.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { AuthorizedCall } from '../ports.ts';
import type { GuardedInput } from '../role-guard.ts';

const PARTITION = 'arn:aws:s3:::';

/** ARN of a bucket, or of an object in it. */
const s3Arn = (bucket: string, key?: string): string =>
  key === undefined ? `${PARTITION}${bucket}` : `${PARTITION}${bucket}/${key}`;

const ACTIONS = new Map(
  Object.entries({
    HeadObject: 'GetObject',
    UploadPart: 'PutObject',
    CreateMultipartUpload: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
    ListParts: 'ListMultipartUploadParts',
    ListObjects: 'ListBucket',
    ListObjectsV2: 'ListBucket',
    HeadBucket: 'ListBucket',
    ListObjectVersions: 'ListBucketVersions',
    ListMultipartUploads: 'ListBucketMultipartUploads',
    ListBuckets: 'ListAllMyBuckets',
    GetBucketCors: 'GetBucketCORS',
    PutBucketCors: 'PutBucketCORS',
    DeleteBucketCors: 'PutBucketCORS',
    GetBucketEncryption: 'GetEncryptionConfiguration',
    PutBucketEncryption: 'PutEncryptionConfiguration',
    DeleteBucketEncryption: 'PutEncryptionConfiguration',
    GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
    PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
    DeleteBucketLifecycle: 'PutLifecycleConfiguration',
    GetBucketReplication: 'GetReplicationConfiguration',
    PutBucketReplication: 'PutReplicationConfiguration',
    DeleteBucketReplication: 'PutReplicationConfiguration',
    GetBucketNotificationConfiguration: 'GetBucketNotification',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
    GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
    PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
    GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
    PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
    DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
    DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
    DeleteBucketTagging: 'PutBucketTagging',
    ListBucketInventoryConfigurations: 'GetInventoryConfiguration',
    GetBucketInventoryConfiguration: 'GetInventoryConfiguration',
    PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
    DeleteBucketInventoryConfiguration: 'PutInventoryConfiguration',
    ListBucketAnalyticsConfigurations: 'GetAnalyticsConfiguration',
    GetBucketAnalyticsConfiguration: 'GetAnalyticsConfiguration',
    PutBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
    DeleteBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
    ListBucketIntelligentTieringConfigurations: 'GetIntelligentTieringConfiguration',
    GetBucketIntelligentTieringConfiguration: 'GetIntelligentTieringConfiguration',
    PutBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
    DeleteBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
    ListBucketMetricsConfigurations: 'GetMetricsConfiguration',
    GetBucketMetricsConfiguration: 'GetMetricsConfiguration',
    PutBucketMetricsConfiguration: 'PutMetricsConfiguration',
    DeleteBucketMetricsConfiguration: 'PutMetricsConfiguration',
  }),
);

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

/** Operations that write an object whose tags and access rights may come in headers. */
const WRITING = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);

/**
 * What an operation needs. DeleteObjects needs nothing itself: each of its keys is asked for on its own; so is the
 * key in the form of PostObject.
 */
export function s3Calls(operation: string, { request, parameters }: GuardedInput): AuthorizedCall[] {
  const { Bucket, Key } = parameters;
  if (operation === 'DeleteObjects' || operation === 'PostObject') return [];
  const resource = Bucket === undefined ? '*' : s3Arn(Bucket, Key);
  const context = contextOf(request);
  const call = (action: string): AuthorizedCall => ({ action: `s3:${action}`, resource, context });
  const version = request.query.has('versionId');
  const named = (action: string) => (version ? (VERSIONED.get(action) ?? action) : action);
  const calls: AuthorizedCall[] = [];
  if (operation === 'CopyObject' || operation === 'UploadPartCopy') {
    calls.push(copySource(request), call('PutObject'));
  } else {
    if (operation === 'GetObjectAttributes') calls.push(call(named('GetObject')));
    calls.push(call(named(ACTIONS.get(operation) ?? operation)));
  }
  if (WRITING.has(operation)) calls.push(...actionsOfWrite(request).map(call));
  return calls;
}

/** What else a write needs, by what its headers give to the object. */
function actionsOfWrite({ headers }: Pick<WireRequest, 'headers'>): string[] {
  const grants =
    headers['x-amz-acl'] !== undefined ||
    Object.keys(headers).some((name) => name.startsWith('x-amz-grant-'));
  return [
    ...(headers['x-amz-tagging'] === undefined ? [] : ['PutObjectTagging']),
    ...(grants ? ['PutObjectAcl'] : []),
    ...(headers['x-amz-object-lock-legal-hold'] === undefined ? [] : ['PutObjectLegalHold']),
    ...(headers['x-amz-object-lock-mode'] === undefined ? [] : ['PutObjectRetention']),
  ];
}

/** What a browser's upload needs, whose fields are `headers`. */
export function postCalls(
  bucket: string,
  key: string,
  request: Pick<WireRequest, 'query' | 'headers'>,
): AuthorizedCall[] {
  const [resource, context] = [s3Arn(bucket, key), contextOf(request)];
  return ['PutObject', ...actionsOfWrite(request)].map((action) => ({
    action: `s3:${action}`,
    resource,
    context,
  }));
}

/**
 * The permission that decides whether a missing object may be told of: without it, AWS answers 403 for 404.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const listBucketCall = ({ Bucket = '' }: PathParameters): AuthorizedCall => ({
  action: 's3:ListBucket',
  resource: s3Arn(Bucket),
});

/** The permission to delete one key of DeleteObjects. */
export const deleteCall = (bucket: string, key: string, versionId: string | undefined): AuthorizedCall => ({
  action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
  resource: s3Arn(bucket, key),
});

function copySource(request: WireRequest): AuthorizedCall {
  const source = request.headers['x-amz-copy-source'] ?? '';
  const question = source.indexOf('?');
  const path = (question < 0 ? source : source.slice(0, question)).replace(/^\//, '');
  const action = question < 0 ? 's3:GetObject' : 's3:GetObjectVersion';
  return { action, resource: `${PARTITION}${decoded(path)}` };
}

/** What cannot be decoded is the operation's to refuse. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const GRANTS = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map(
  (name) => `x-amz-grant-${name}`,
);

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
function contextOf({
  query,
  headers,
}: Pick<WireRequest, 'query' | 'headers'>): NonNullable<AuthorizedCall['context']> {
  const value = (name: string) => query.get(name) ?? undefined;
  return {
    's3:prefix': value('prefix'),
    's3:delimiter': value('delimiter'),
    's3:max-keys': value('max-keys'),
    's3:VersionId': value('versionId'),
    's3:x-amz-acl': headers['x-amz-acl'],
    ...Object.fromEntries(GRANTS.map((name) => [`s3:${name}`, headers[name]])),
    's3:x-amz-storage-class': headers['x-amz-storage-class'],
    's3:x-amz-server-side-encryption': headers['x-amz-server-side-encryption'],
    's3:x-amz-content-sha256': headers['x-amz-content-sha256'],
    's3:x-amz-server-side-encryption-aws-kms-key-id': headers['x-amz-server-side-encryption-aws-kms-key-id'],
    's3:x-amz-copy-source': headers['x-amz-copy-source'],
    's3:x-amz-metadata-directive': headers['x-amz-metadata-directive'],
    's3:x-amz-website-redirect-location': headers['x-amz-website-redirect-location'],
    's3:authType': authTypeOf(query, headers),
    'aws:Referer': headers['referer'],
    'aws:UserAgent': headers['user-agent'],
    ...requestTags(headers['x-amz-tagging']),
  };
}

function authTypeOf(query: URLSearchParams, headers: WireRequest['headers']): string | undefined {
  if (query.has('X-Amz-Signature')) return 'REST-QUERY-STRING';
  return headers['authorization'] === undefined ? undefined : 'REST-HEADER';
}

function requestTags(header: string | undefined): { [key: string]: string } {
  if (header === undefined) return {};
  const tags = [...new URLSearchParams(header)];
  return Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value]));
}

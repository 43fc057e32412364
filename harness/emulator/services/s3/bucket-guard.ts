/**
 * What guards a bucket and its objects: the bucket's policy, its access control list and those of its objects, and
 * Block Public Access, which overrules what would let in everybody.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */

import { AwsError } from '../../../core/errors.ts';
import { parseXml, xmlText } from '../../http/protocols/xml.ts';
import type { AuthorizedCall, GuardedResource } from '../ports.ts';
import { isOpenToAll, isPublicAcl } from './objects/access-control.ts';
import type { Bucket } from './store/bucket.ts';
import type { Buckets } from './store/buckets.ts';
import type { AccessControl } from './store/records.ts';

export type GuardOf = (call: AuthorizedCall) => GuardedResource | undefined;

type PublicAccessSetting =
  | 'BlockPublicAcls'
  | 'IgnorePublicAcls'
  | 'BlockPublicPolicy'
  | 'RestrictPublicBuckets';

/** True when a bucket's Block Public Access has the setting on: new buckets have all of them. */
export function blocksPublic(bucket: Bucket, setting: PublicAccessSetting): boolean {
  const text = bucket.config('publicAccessBlock');
  if (typeof text !== 'string') return text === undefined;
  return xmlText(parseXml(text, 'PublicAccessBlockConfiguration'), setting)?.trim().toLowerCase() === 'true';
}

/** What guards the bucket or object of a call; nothing where there is no such bucket. */
export function bucketGuard(buckets: Buckets): GuardOf {
  return ({ action, resource, context }) => {
    const match = /^arn:aws:s3:::([^/*]+)(?:\/(.*))?$/s.exec(resource);
    const name = match?.[1];
    if (name === undefined || !buckets.has(name)) return undefined;
    const bucket = buckets.get(name);
    const policy = bucket.config('policy');
    return {
      policy: typeof policy === 'string' ? policy : undefined,
      isOpenToAll: !blocksPublic(bucket, 'IgnorePublicAcls') && isOpen(bucket, action, match?.[2]),
      blocksPublicAccess: blocksPublic(bucket, 'RestrictPublicBuckets'),
      context: existingTags(bucket, action, match?.[2], context?.['s3:VersionId']),
    };
  };
}

/**
 * Actions whose conditions may ask for the tags that the object has.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const ON_EXISTING_TAGS = /^s3:(?:Get|Put|Delete)Object(?:Version)?(?:Acl|Tagging)?$/;
const NOT_ON_TAGS = new Set(['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']);

function existingTags(
  bucket: Bucket,
  action: string,
  key: string | undefined,
  versionId: unknown,
): { [name: string]: string } {
  if (key === undefined || !ON_EXISTING_TAGS.test(action) || NOT_ON_TAGS.has(action)) return {};
  const tags = bucket.find(key, typeof versionId === 'string' ? versionId : undefined)?.tags ?? [];
  return Object.fromEntries(tags.map((tag) => [`s3:ExistingObjectTag/${tag.key}`, tag.value]));
}

/** Reading an object is the object's to allow, listing and writing the bucket's. */
function isOpen(bucket: Bucket, action: string, key: string | undefined): boolean {
  if (action === 's3:GetObject' && key !== undefined) return isOpenToAll(bucket.find(key)?.acl, 'READ');
  const acl = bucket.config('acl') as AccessControl | undefined;
  if (action === 's3:ListBucket') return isOpenToAll(acl, 'READ');
  return action === 's3:PutObject' && isOpenToAll(acl, 'WRITE');
}

/**
 * Refuses a list that a bucket does not take for itself or its objects: buckets own what is in them unless told
 * otherwise, and then take none; Block Public Access takes none that let in everybody.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @param call what asks for the list: the operation's action, the object it is for, and who asks
 * @throws AwsError AccessControlListNotSupported, AccessDenied
 */
export function assertAclAllowed(
  bucket: Bucket,
  acl: AccessControl | undefined,
  call: { action: string; key?: string; accountId: string },
): void {
  if (acl === undefined) return;
  const ownership = bucket.config('ownershipControls');
  const enforced =
    ownership === undefined || (typeof ownership === 'string' && ownership.includes('BucketOwnerEnforced'));
  // A write may say what is so anyhow; lists are not put.
  const isOfOwner = 'canned' in acl && acl.canned === 'bucket-owner-full-control';
  if (enforced && !(isOfOwner && !call.action.endsWith('Acl'))) {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  if (isPublicAcl(acl) && blocksPublic(bucket, 'BlockPublicAcls')) {
    const resource = `arn:aws:s3:::${bucket.name}${call.key === undefined ? '' : `/${call.key}`}`;
    throw new AwsError(
      'AccessDenied',
      `User: arn:aws:iam::${call.accountId}:root is not authorized to perform: s3:${call.action} on resource: "${resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
      403,
    );
  }
}

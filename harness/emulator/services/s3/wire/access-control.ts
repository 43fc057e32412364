/** Access control lists: kept and returned. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
import { AwsError } from '../../../../core/errors.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { parseXml } from '../../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import { renderOwner, S3_NAMESPACE } from './list-parameters.ts';

const MAX_BODY_BYTES = 256 * 1024;
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const GROUPS = 'http://acs.amazonaws.com/groups';

const CANNED: { readonly [name: string]: readonly [group: string, permission: string][] } = {
  private: [],
  'public-read': [['global/AllUsers', 'READ']],
  'public-read-write': [
    ['global/AllUsers', 'READ'],
    ['global/AllUsers', 'WRITE'],
  ],
  'authenticated-read': [['global/AuthenticatedUsers', 'READ']],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'log-delivery-write': [
    ['s3/LogDelivery', 'WRITE'],
    ['s3/LogDelivery', 'READ_ACP'],
  ],
};

/**
 * Buckets own what is in them unless told otherwise, and then take no lists. `acl` is a canned list's name;
 * undefined stands for a list of grants.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws AwsError AccessControlListNotSupported
 */
export function assertAclAllowed(bucket: Bucket, acl: string | undefined): void {
  const ownership = bucket.config('ownershipControls');
  const enforced = typeof ownership !== 'string' || ownership.includes('BucketOwnerEnforced');
  if (enforced && acl !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
}

/** As `assertAclAllowed`, for the ACL headers of a request that writes an object. */
export function assertAclHeadersAllowed(bucket: Bucket, { headers }: WireRequest): void {
  const canned = headers['x-amz-acl'];
  const grants = Object.keys(headers).some((name) => name.startsWith('x-amz-grant-'));
  if (canned !== undefined || grants) assertAclAllowed(bucket, grants ? undefined : canned);
}

/** A canned list's name, or a document as given. */
export type AccessControl = { canned: string } | { document: string };

/** @throws AwsError InvalidArgument, MalformedXML */
export async function readAccessControl(request: WireRequest): Promise<AccessControl> {
  const canned = request.headers['x-amz-acl'];
  if (canned !== undefined) {
    if (!Object.hasOwn(CANNED, canned)) throw invalidArgument('', 'x-amz-acl', canned);
    return { canned };
  }
  const text = await readVerifiedBody(request, MAX_BODY_BYTES);
  if (text === '') return { canned: 'private' };
  if (parseXml(text, 'AccessControlPolicy') === undefined) throw malformedXml();
  return { document: text.slice(text.indexOf('<AccessControlPolicy')) };
}

/** The list in force; the owner alone has all rights where none was put. */
export function renderAccessControl(stored: unknown, ownerId: string): WireResponse {
  const value = stored as AccessControl | undefined;
  if (value && 'document' in value) {
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n${value.document}`,
    };
  }
  const groups = CANNED[value?.canned ?? 'private'] ?? [];
  const grantee = (type: string, members: object) => ({ '@xmlns:xsi': XSI, '@xsi:type': type, ...members });
  return xmlResponse(200, {
    AccessControlPolicy: {
      '@xmlns': S3_NAMESPACE,
      Owner: renderOwner(ownerId),
      AccessControlList: {
        Grant: [
          { Grantee: grantee('CanonicalUser', renderOwner(ownerId)), Permission: 'FULL_CONTROL' },
          ...groups.map(([group, permission]) => ({
            Grantee: grantee('Group', { URI: `${GROUPS}/${group}` }),
            Permission: permission,
          })),
        ],
      },
    },
  });
}

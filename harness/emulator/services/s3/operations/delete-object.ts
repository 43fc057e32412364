/** DeleteObject and DeleteObjects. */

import type { DeleteObjectCommandInput, DeleteObjectsCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../../../core/errors.ts';
import { unrestricted } from '../../../http/permission.ts';
import { parseXml, type XmlNode, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { readVerifiedBody } from '../body/payload.ts';
import { CHECKSUM_ALGORITHMS, CHECKSUM_HEADERS } from '../checksums/algorithms.ts';
import { type S3Context, s3Operation } from '../context.ts';
import { headerNotImplemented, invalidRequest, malformedXml, noSuchVersion } from '../errors.ts';
import { type Deletion, deleteVersion } from '../objects/change-object.ts';
import { isVersionId } from '../objects/find-object.ts';
import { s3Response } from '../objects/list-parameters.ts';
import { parseBypass } from '../objects/object-lock.ts';
import { deleteCalls, onLockedObject } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';
import { assertKey } from './put-object.ts';

/** Conditions that only directory buckets take. */
const NOT_TAKEN = [
  ['IfMatchSize', 'x-amz-if-match-size'],
  ['IfMatchLastModifiedTime', 'x-amz-if-match-last-modified-time'],
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
const deleteObject = s3Operation<DeleteObjectCommandInput>({
  name: 'DeleteObject',
  permission: onLockedObject('DeleteObject'),
  async handle(context, input) {
    const refused = NOT_TAKEN.find(([member]) => input[member] !== undefined);
    if (refused) throw headerNotImplemented(refused[1]);
    const bucket = context.buckets.get(input.Bucket);
    const bypassGovernance = parseBypass(input.BypassGovernanceRetention, bucket);
    assertKey(input.Key, context.limits);
    const conditions =
      input.IfMatch === undefined ? undefined : { ifMatch: input.IfMatch, ifNoneMatch: undefined };
    const { versionId, deleteMarker } = await deleteVersion(context, bucket, input.Key, input.VersionId, {
      conditions,
      bypassGovernance,
    });
    return {
      status: 204,
      headers: {
        ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
        ...(deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
      },
    };
  },
});

/** 1,000 keys of 1,024 bytes, each escaped, with version ids. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

interface Item {
  key: string;
  versionId: string | undefined;
  ifMatch: string | undefined;
  /** A condition that buckets for general purposes do not take. */
  refused: string | undefined;
}

type Outcome = Item & ({ deletion: Deletion } | { error: AwsError });

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const deleteObjects = s3Operation<DeleteObjectsCommandInput>({
  name: 'DeleteObjects',
  permission: unrestricted(
    'Each key of the document needs a permission of its own, asked before it is deleted',
  ),
  async handle(context, input, request) {
    if (!hasDigest(request)) {
      throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    }
    const node = parseXml(await readVerifiedBody(request, MAX_BODY_BYTES), 'Delete');
    if (node === undefined) throw malformedXml();
    const isQuiet = xmlText(node, 'Quiet')?.trim() === 'true';
    const items = xmlElements(node, 'Object').map(parseItem);
    const bucket = context.buckets.get(input.Bucket);
    if (items.length === 0 || items.length > context.limits.s3DeleteObjectsKeys) throw malformedXml();
    const bypassGovernance = parseBypass(input.BypassGovernanceRetention, bucket);
    const { caller } = request;
    // All at once: their records share a flush.
    const outcomes = await Promise.all(
      items.map((item) => deleteItem(context, bucket, item, { bypassGovernance, caller })),
    );
    return s3Response('DeleteResult', {
      Deleted: isQuiet
        ? undefined
        : outcomes.flatMap((outcome) => ('deletion' in outcome ? [renderDeleted(outcome)] : [])),
      Error: outcomes.flatMap((outcome) => ('error' in outcome ? [renderFailed(outcome)] : [])),
    });
  },
});

/** A list of what to delete must not arrive garbled: AWS insists on a digest. */
const hasDigest = ({ headers }: WireRequest): boolean =>
  headers['content-md5'] !== undefined ||
  headers['x-amz-trailer'] !== undefined ||
  CHECKSUM_ALGORITHMS.some((algorithm) => headers[CHECKSUM_HEADERS[algorithm]] !== undefined);

function parseItem(node: XmlNode): Item {
  const key = xmlText(node, 'Key');
  if (key === undefined || key === '') throw malformedXml();
  return {
    key,
    versionId: xmlText(node, 'VersionId') || undefined,
    ifMatch: xmlText(node, 'ETag'),
    refused: ['LastModifiedTime', 'Size'].find((name) => xmlText(node, name) !== undefined),
  };
}

async function deleteItem(
  context: S3Context,
  bucket: Bucket,
  item: Item,
  { bypassGovernance, caller }: { bypassGovernance: boolean; caller: WireRequest['caller'] },
): Promise<Outcome> {
  const { key, versionId, ifMatch } = item;
  try {
    for (const call of deleteCalls(bucket.name, key, versionId, bypassGovernance))
      context.permit(caller, call);
    if (item.refused !== undefined) throw headerNotImplemented(item.refused);
    assertKey(key, context.limits);
    // What DeleteObject calls an invalid argument is a version like any other here.
    if (versionId !== undefined && !isVersionId(versionId) && !bucket.find(key, versionId)) {
      throw noSuchVersion(key, versionId);
    }
    const conditions = ifMatch === undefined ? undefined : { ifMatch, ifNoneMatch: undefined };
    const deletion = await deleteVersion(context, bucket, key, versionId, { conditions, bypassGovernance });
    return { ...item, deletion };
  } catch (error) {
    if (error instanceof AwsError) return { ...item, error };
    throw error;
  }
}

function renderDeleted({ key, versionId, deletion }: Item & { deletion: Deletion }) {
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: deletion.deleteMarker,
    DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
  };
}

const renderFailed = ({ key, versionId, error }: Item & { error: AwsError }) => ({
  Key: key,
  VersionId: versionId,
  Code: error.code,
  Message: error.message,
});

export const deleteOperations = [deleteObject, deleteObjects];

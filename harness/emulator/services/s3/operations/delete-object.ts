import { defineOperation } from '../../../http/legacy-operation.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { S3Context } from '../context.ts';
import { headerNotImplemented } from '../errors.ts';
import { deleteVersion } from '../objects/delete-version.ts';
import { assertKey } from '../objects/names.ts';
import { parseBypass } from '../wire/object-lock.ts';

/** Conditions that only directory buckets take. */
const NOT_TAKEN = ['x-amz-if-match-size', 'x-amz-if-match-last-modified-time'];

function parseIfMatch(headers: WireRequest['headers']): string | undefined {
  const other = NOT_TAKEN.find((name) => headers[name] !== undefined);
  if (other !== undefined) throw headerNotImplemented(other);
  return headers['if-match'];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject = defineOperation({
  name: 'DeleteObject',
  http: { method: 'DELETE', path: '/{Bucket}/{Key+}' },
  parse: ({ query, headers }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: query.get('versionId') ?? undefined,
    ifMatch: parseIfMatch(headers),
  }),
  handle(context: S3Context, { bucket: name, key, versionId, ifMatch }, request) {
    const bucket = context.buckets.get(name);
    const bypassGovernance = parseBypass(request, bucket);
    assertKey(key, context.limits);
    const conditions = ifMatch === undefined ? undefined : { ifMatch, ifNoneMatch: undefined };
    return deleteVersion(context, bucket, key, versionId, { conditions, bypassGovernance });
  },
  render: ({ versionId, deleteMarker }) => ({
    status: 204,
    headers: {
      ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
      ...(deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  }),
});

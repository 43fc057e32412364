import { defineOperation } from '../../../http/operation.ts';
import type { S3Context } from '../context.ts';
import { deleteVersion } from '../objects/delete-version.ts';
import { assertKey } from '../objects/names.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject = defineOperation({
  name: 'DeleteObject',
  http: { method: 'DELETE', path: '/{Bucket}/{Key+}' },
  parse: ({ query, headers }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: query.get('versionId') ?? undefined,
    ifMatch: headers['if-match'],
  }),
  handle(context: S3Context, { bucket, key, versionId, ifMatch }) {
    assertKey(key, context.limits);
    const conditions = ifMatch === undefined ? undefined : { ifMatch, ifNoneMatch: undefined };
    return deleteVersion(context, context.buckets.get(bucket), key, versionId, conditions);
  },
  render: ({ versionId, deleteMarker }) => ({
    status: 204,
    headers: {
      ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
      ...(deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { setTags } from '../objects/set-tags.ts';
import { renderVersionId } from '../wire/object-headers.ts';
import { parseVersionedKey } from '../wire/versioned-key.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging = defineOperation({
  name: 'DeleteObjectTagging',
  http: { method: 'DELETE', path: '/{Bucket}/{Key+}', query: ['tagging'] },
  parse: parseVersionedKey,
  handle: (context: S3Context, { bucket, key, versionId }) =>
    setTags(context, context.buckets.get(bucket), key, versionId, undefined),
  render: ({ versionId, versioned }) => ({ status: 204, headers: renderVersionId(versionId, versioned) }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { setTags } from '../objects/set-tags.ts';
import { renderVersionId } from '../wire/object-headers.ts';
import { readTagging } from '../wire/tagging-document.ts';
import { checkTags, MAX_OBJECT_TAGS } from '../wire/tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging = defineOperation({
  name: 'PutObjectTagging',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['tagging'] },
  async parse(request, { Bucket, Key }) {
    const tags = await readTagging(request);
    checkTags(tags, MAX_OBJECT_TAGS, 'Object');
    return { bucket: Bucket!, key: Key!, versionId: request.query.get('versionId') ?? undefined, tags };
  },
  handle: (context: S3Context, { bucket, key, versionId, tags }) =>
    setTags(context, context.buckets.get(bucket), key, versionId, tags),
  render: ({ versionId, versioned }) => ({ status: 200, headers: renderVersionId(versionId, versioned) }),
});

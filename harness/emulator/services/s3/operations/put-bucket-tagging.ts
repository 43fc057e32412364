import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { readTagging } from '../wire/tagging-document.ts';
import { checkTags, MAX_BUCKET_TAGS } from '../wire/tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const putBucketTagging = defineOperation({
  name: 'PutBucketTagging',
  http: { method: 'PUT', path: '/{Bucket}', query: ['tagging'] },
  async parse(request, { Bucket }) {
    const tags = await readTagging(request);
    checkTags(tags, MAX_BUCKET_TAGS, 'Bucket');
    return { bucket: Bucket!, tags };
  },
  handle: (context: S3Context, { bucket, tags }) =>
    context.buckets.get(bucket).setConfig(
      'tagging',
      tags.map(({ key, value }) => ({ key, value })),
    ),
  render: () => ({ status: 204 }),
});

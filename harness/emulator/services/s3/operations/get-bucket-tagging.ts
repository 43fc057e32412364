import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { noSuchConfiguration } from '../errors.ts';
import type { Tag } from '../store/records.ts';
import { renderTagging } from '../wire/tagging-document.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const getBucketTagging = defineOperation({
  name: 'GetBucketTagging',
  http: { method: 'GET', path: '/{Bucket}', query: ['tagging'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle(context: S3Context, { bucket }): readonly Tag[] {
    const tags = context.buckets.get(bucket).config('tagging');
    if (tags === undefined) throw noSuchConfiguration('NoSuchTagSet', 'The TagSet does not exist', bucket);
    return tags as unknown as readonly Tag[];
  },
  render: renderTagging,
});

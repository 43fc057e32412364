import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket = defineOperation({
  name: 'DeleteBucket',
  http: { method: 'DELETE', path: '/{Bucket}' },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => context.buckets.remove(bucket),
  render: () => ({ status: 204 }),
});

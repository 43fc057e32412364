import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { findUpload } from '../objects/uploads.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload = defineOperation({
  name: 'AbortMultipartUpload',
  http: { method: 'DELETE', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  parse: ({ query }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    uploadId: query.get('uploadId') ?? '',
  }),
  async handle(context: S3Context, { bucket: name, key, uploadId }) {
    const bucket = context.buckets.get(name);
    await bucket.change(key, () => {
      findUpload(bucket, key, uploadId);
      return { records: [{ op: 'abort', uploadId }], result: undefined };
    });
  },
  render: () => ({ status: 204 }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket = defineOperation({
  name: 'HeadBucket',
  http: { method: 'HEAD', path: '/{Bucket}' },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => context.buckets.get(bucket),
  render: ({ name, region }) => ({
    status: 200,
    headers: {
      'x-amz-bucket-region': region,
      'x-amz-bucket-arn': `arn:aws:s3:::${name}`,
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
  }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { bucketPolicyText } from '../wire/bucket-policy.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const getBucketPolicy = defineOperation({
  name: 'GetBucketPolicy',
  http: { method: 'GET', path: '/{Bucket}', query: ['policy'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => bucketPolicyText(context.buckets.get(bucket)),
  render: (text) => ({ status: 200, headers: { 'content-type': 'application/json' }, body: text }),
});

import { defineOperation } from '../../../http/operation.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { malformedPolicy } from '../errors.ts';

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html (20 KB) */
const MAX_POLICY_BYTES = 20 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy = defineOperation({
  name: 'PutBucketPolicy',
  http: { method: 'PUT', path: '/{Bucket}', query: ['policy'] },
  async parse(request, { Bucket }) {
    const text = await readVerifiedBody(request, MAX_POLICY_BYTES);
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformedPolicy();
      if (!('Statement' in value)) throw malformedPolicy();
    } catch {
      throw malformedPolicy();
    }
    return { bucket: Bucket!, text };
  },
  handle: (context: S3Context, { bucket, text }) => context.buckets.get(bucket).setConfig('policy', text),
  render: () => ({ status: 204 }),
});

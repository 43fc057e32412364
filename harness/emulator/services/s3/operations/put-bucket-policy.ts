import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { isPublicPolicy } from '../../iam/policy/resource-policy.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import { blocksPublic } from '../bucket-guard.ts';
import type { S3Context } from '../context.ts';
import { checkBucketPolicy } from '../wire/bucket-policy.ts';

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html (20 KB) */
const MAX_POLICY_BYTES = 20 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy = defineOperation({
  name: 'PutBucketPolicy',
  http: { method: 'PUT', path: '/{Bucket}', query: ['policy'] },
  async parse(request, { Bucket }) {
    const text = await readVerifiedBody(request, MAX_POLICY_BYTES);
    return { bucket: Bucket!, text };
  },
  handle(context: S3Context, { bucket: name, text }) {
    const bucket = context.buckets.get(name);
    checkBucketPolicy(text, name);
    if (blocksPublic(bucket, 'BlockPublicPolicy') && isPublicPolicy(text)) {
      throw new AwsError(
        'AccessDenied',
        `User: arn:aws:iam::${context.env.accountId}:root is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        403,
      );
    }
    return bucket.setConfig('policy', text);
  },
  render: () => ({ status: 204 }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { isPublicPolicy } from '../../iam/policy/resource-policy.ts';
import type { S3Context } from '../context.ts';
import { bucketPolicyText } from '../wire/bucket-policy.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus = defineOperation({
  name: 'GetBucketPolicyStatus',
  http: { method: 'GET', path: '/{Bucket}', query: ['policyStatus'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => isPublicPolicy(bucketPolicyText(context.buckets.get(bucket))),
  render: (isPublic) => xmlResponse(200, { PolicyStatus: { '@xmlns': S3_NAMESPACE, IsPublic: isPublic } }),
});

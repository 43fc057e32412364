import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { renderAccessControl } from '../wire/access-control.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const getBucketAcl = defineOperation({
  name: 'GetBucketAcl',
  http: { method: 'GET', path: '/{Bucket}', query: ['acl'] },
  parse: (_request, { Bucket }) => ({ bucket: Bucket! }),
  handle: (context: S3Context, { bucket }) => ({
    stored: context.buckets.get(bucket).config('acl'),
    ownerId: context.ownerId,
  }),
  render: ({ stored, ownerId }) => renderAccessControl(stored, ownerId),
});

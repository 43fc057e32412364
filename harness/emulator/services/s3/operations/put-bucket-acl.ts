import type { Json } from '../../../../core/json.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { S3Context } from '../context.ts';
import { readAccessControl } from '../wire/access-control.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl = defineOperation({
  name: 'PutBucketAcl',
  http: { method: 'PUT', path: '/{Bucket}', query: ['acl'] },
  parse: async (request, { Bucket }) => ({ bucket: Bucket!, acl: await readAccessControl(request) }),
  handle(context: S3Context, { bucket: name, acl }) {
    const bucket = context.buckets.get(name);
    assertAclAllowed(bucket, acl, { action: 'PutBucketAcl', accountId: context.env.accountId });
    return bucket.setConfig('acl', acl as unknown as Json);
  },
  render: () => ({ status: 200 }),
});

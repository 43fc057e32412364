import { defineOperation } from '../../../http/legacy-operation.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { S3Context } from '../context.ts';
import { findTagged } from '../objects/find-object.ts';
import { readAccessControl } from '../wire/access-control.ts';

/**
 * Refused where the bucket owns its objects, as AWS's buckets do by default.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
export const putObjectAcl = defineOperation({
  name: 'PutObjectAcl',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['acl'] },
  parse: async (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: request.query.get('versionId') ?? undefined,
    acl: await readAccessControl(request),
  }),
  async handle(context: S3Context, { bucket: name, key, versionId, acl }) {
    const bucket = context.buckets.get(name);
    assertAclAllowed(bucket, acl, { action: 'PutObjectAcl', key, accountId: context.env.accountId });
    const version = await bucket.change(key, () => {
      const found = findTagged(bucket, key, versionId, 'PUT');
      return { records: [{ op: 'acl', key, versionId: found.versionId, acl }], result: found };
    });
    context.announce(bucket, { name: 'ObjectAcl:Put', key, etag: version.etag });
  },
  render: () => ({ status: 200 }),
});

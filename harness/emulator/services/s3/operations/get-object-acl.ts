import { defineOperation } from '../../../http/legacy-operation.ts';
import type { S3Context } from '../context.ts';
import { findObject } from '../objects/find-object.ts';
import { renderAccessControl } from '../wire/access-control.ts';

/**
 * The owner alone has rights where no list was put, as where buckets own what is in them (AWS's default).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const getObjectAcl = defineOperation({
  name: 'GetObjectAcl',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['acl'] },
  parse: ({ query }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: query.get('versionId') ?? undefined,
  }),
  handle(context: S3Context, { bucket, key, versionId }) {
    const { acl } = findObject(context.buckets.get(bucket), key, versionId);
    return { acl, ownerId: context.ownerId };
  },
  render: ({ acl, ownerId }) => renderAccessControl(acl, ownerId),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { protectedByLock } from '../errors.ts';
import { findObject } from '../objects/find-object.ts';
import { assertHasLock, forbidsChange, parseBypass, parseRetentionDocument } from '../wire/object-lock.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const putObjectRetention = defineOperation({
  name: 'PutObjectRetention',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['retention'] },
  parse: async (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: request.query.get('versionId') ?? undefined,
    document: await readVerifiedBody(request, MAX_BODY_BYTES),
  }),
  handle(context: S3Context, { bucket: name, key, versionId, document }, request) {
    const bucket = context.buckets.get(name);
    assertHasLock(bucket);
    const bypassGovernance = parseBypass(request, bucket);
    const nowMs = context.env.clock.nowMs();
    return bucket.change(key, () => {
      const version = findObject(bucket, key, versionId, 'PUT');
      const retention = parseRetentionDocument(document, nowMs);
      if (forbidsChange(version, retention, bypassGovernance, nowMs)) throw protectedByLock();
      return {
        records: [{ op: 'retention', key, versionId: version.versionId, retention: retention ?? null }],
        result: undefined,
      };
    });
  },
  render: () => ({ status: 200 }),
});

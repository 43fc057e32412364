import { defineOperation } from '../../../http/legacy-operation.ts';
import { parseXml, xmlText } from '../../../http/protocols/xml.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { invalidObjectState, malformedXml } from '../errors.ts';
import { findObject, isArchived } from '../objects/find-object.ts';
import { midnightAfter } from '../wire/lifecycle.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Done at once, where AWS takes hours. https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
export const restoreObject = defineOperation({
  name: 'RestoreObject',
  http: { method: 'POST', path: '/{Bucket}/{Key+}', query: ['restore'] },
  async parse(request, { Bucket, Key }) {
    const document = parseXml(await readVerifiedBody(request, MAX_BODY_BYTES), 'RestoreRequest');
    const days = Number(xmlText(document, 'Days')?.trim());
    if (!Number.isInteger(days) || days < 1) throw malformedXml();
    return { bucket: Bucket!, key: Key!, versionId: request.query.get('versionId') ?? undefined, days };
  },
  async handle(context: S3Context, { bucket: name, key, versionId, days }) {
    const bucket = context.buckets.get(name);
    const nowMs = context.env.clock.nowMs();
    const before = await bucket.change(key, () => {
      const version = findObject(bucket, key, versionId, 'POST');
      if (!isArchived(version)) {
        throw invalidObjectState(
          "Restore is not allowed for the object's current storage class",
          version.storageClass ?? 'STANDARD',
        );
      }
      const restoredUntilMs = midnightAfter(nowMs, days);
      return {
        records: [{ op: 'restore', key, versionId: version.versionId, restoredUntilMs }],
        result: version,
      };
    });
    for (const step of ['Post', 'Completed']) {
      const { sizeBytes, etag } = before;
      context.announce(bucket, { name: `ObjectRestore:${step}`, key, sizeBytes, etag });
    }
    return { again: before.restoredUntilMs !== undefined && before.restoredUntilMs > nowMs };
  },
  render: ({ again }) => ({ status: again ? 200 : 202 }),
});

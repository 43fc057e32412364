import { defineOperation } from '../../../http/legacy-operation.ts';
import { readVerifiedBody } from '../body/read-verified-body.ts';
import type { S3Context } from '../context.ts';
import { findObject } from '../objects/find-object.ts';
import { assertHasLock, parseLegalHoldDocument } from '../wire/object-lock.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const putObjectLegalHold = defineOperation({
  name: 'PutObjectLegalHold',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['legal-hold'] },
  parse: async (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: request.query.get('versionId') ?? undefined,
    document: await readVerifiedBody(request, MAX_BODY_BYTES),
  }),
  handle(context: S3Context, { bucket: name, key, versionId, document }) {
    const bucket = context.buckets.get(name);
    assertHasLock(bucket);
    return bucket.change(key, () => {
      const version = findObject(bucket, key, versionId, 'PUT');
      const legalHold = parseLegalHoldDocument(document);
      return {
        records: [{ op: 'legal-hold', key, versionId: version.versionId, legalHold }],
        result: undefined,
      };
    });
  },
  render: () => ({ status: 200 }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { noSuchObjectLock } from '../errors.ts';
import { findObject } from '../objects/find-object.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { assertHasLock } from '../wire/object-lock.ts';
import { parseVersionedKey } from '../wire/versioned-key.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export const getObjectLegalHold = defineOperation({
  name: 'GetObjectLegalHold',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['legal-hold'] },
  parse: parseVersionedKey,
  handle(context: S3Context, { bucket: name, key, versionId }) {
    const bucket = context.buckets.get(name);
    assertHasLock(bucket);
    const { legalHold } = findObject(bucket, key, versionId);
    if (legalHold === undefined) throw noSuchObjectLock();
    return legalHold;
  },
  render: (status) => xmlResponse(200, { LegalHold: { '@xmlns': S3_NAMESPACE, Status: status } }),
});

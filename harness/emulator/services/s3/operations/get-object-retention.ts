import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { noSuchObjectLock } from '../errors.ts';
import { findObject } from '../objects/find-object.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { assertHasLock, renderRetentionDate } from '../wire/object-lock.ts';
import { parseVersionedKey } from '../wire/versioned-key.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export const getObjectRetention = defineOperation({
  name: 'GetObjectRetention',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['retention'] },
  parse: parseVersionedKey,
  handle(context: S3Context, { bucket: name, key, versionId }) {
    const bucket = context.buckets.get(name);
    assertHasLock(bucket);
    const { retention } = findObject(bucket, key, versionId);
    if (retention === undefined) throw noSuchObjectLock();
    return retention;
  },
  render: ({ mode, untilMs }) =>
    xmlResponse(200, {
      Retention: { '@xmlns': S3_NAMESPACE, Mode: mode, RetainUntilDate: renderRetentionDate(untilMs) },
    }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { parsePayloadPromise, receiveContent } from '../body/payload.ts';
import { assertAclAllowed } from '../bucket-guard.ts';
import type { S3Context } from '../context.ts';
import { assertKey } from '../objects/names.ts';
import { propertiesOfWrite } from '../objects/properties-of-write.ts';
import { putVersion } from '../objects/put-version.ts';
import { parseAclHeaders } from '../wire/access-control.ts';
import { parseWriteConditions } from '../wire/conditions.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { renderExpiration } from '../wire/lifecycle.ts';
import { renderChecksum, renderETag, renderVersionId } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = defineOperation({
  name: 'PutObject',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}' },
  parse: (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    promise: parsePayloadPromise(request),
    conditions: parseWriteConditions(request),
  }),
  async handle(context: S3Context, { bucket: name, key, promise, conditions }, request) {
    const bucket = context.buckets.get(name);
    assertKey(key, context.limits);
    assertAclAllowed(bucket, parseAclHeaders(request), {
      action: 'PutObject',
      key,
      accountId: context.env.accountId,
    });
    const properties = propertiesOfWrite(context, request, bucket);
    const content = await receiveContent(context.blobs, request, promise, {
      maxBytes: context.limits.s3MaxPutBytes,
      observer: context.observeChunks(request),
    });
    const version = await putVersion(
      context,
      bucket,
      {
        ...properties,
        key,
        sizeBytes: content.sizeBytes,
        etag: content.md5,
        segments: content.segment ? [content.segment] : [],
        checksum: { ...content.checksum, type: 'FULL_OBJECT' },
      },
      'ObjectCreated:Put',
      conditions,
    );
    const expiration = renderExpiration(bucket, version);
    return { version, versioned: bucket.versioning === 'Enabled', expiration };
  },
  render: ({ version, versioned, expiration }) => ({
    status: 200,
    headers: {
      etag: renderETag(version.etag),
      ...renderChecksum(version),
      ...renderEncryption(version),
      ...expiration,
      ...renderVersionId(version.versionId, versioned),
    },
  }),
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import { DEFAULT_CHECKSUM } from '../body/payload.ts';
import type { S3Context } from '../context.ts';
import { copyContent } from '../objects/copy-content.ts';
import { findCopySource } from '../objects/find-object.ts';
import { findUpload, putPart, requirePartNumber } from '../objects/uploads.ts';
import { checkReadConditions, parseReadConditions } from '../wire/conditions.ts';
import { parseCopyRange, parseCopySource } from '../wire/copy-source.ts';
import { assertCustomerKey, assertUploadKey, parseCustomerKey } from '../wire/customer-key.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { renderListDate, S3_NAMESPACE } from '../wire/list-parameters.ts';
import { renderETag } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy = defineOperation({
  name: 'UploadPartCopy',
  http: {
    method: 'PUT',
    path: '/{Bucket}/{Key+}',
    query: ['partNumber', 'uploadId'],
    headers: ['x-amz-copy-source'],
  },
  parse: (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    uploadId: request.query.get('uploadId') ?? '',
    partNumber: request.query.get('partNumber'),
    source: parseCopySource(request.headers['x-amz-copy-source']!),
    range: request.headers['x-amz-copy-source-range'],
    conditions: parseReadConditions(request, 'x-amz-copy-source-'),
  }),
  async handle(context: S3Context, input, request) {
    const { source } = input;
    const bucket = context.buckets.get(input.bucket);
    const number = requirePartNumber(input.partNumber, Math.min(context.limits.s3MaxParts, 10_000));
    const { upload } = findUpload(bucket, input.key, input.uploadId);
    const sourceBucket = context.buckets.get(source.bucket);
    assertUploadKey(upload.customerKeyMd5, parseCustomerKey(request));
    const from = findCopySource(sourceBucket, source, context.env.clock.nowMs());
    assertCustomerKey(from.customerKeyMd5, parseCustomerKey(request, 'x-amz-copy-source-'));
    checkReadConditions(input.conditions, from, context.env.clock.nowMs());
    const range = parseCopyRange(input.range, from.sizeBytes);
    const algorithm = upload.checksum?.algorithm ?? DEFAULT_CHECKSUM;
    const content = await copyContent(context, from, range, algorithm);
    const part = await putPart(context, bucket, upload, number, content);
    const sourceVersionId = sourceBucket.versioning === undefined ? undefined : from.versionId;
    return { part, upload, sourceVersionId };
  },
  render({ part, upload, sourceVersionId }) {
    const response = xmlResponse(200, {
      CopyPartResult: {
        '@xmlns': S3_NAMESPACE,
        ETag: renderETag(part.etag),
        LastModified: renderListDate(part.lastModifiedMs),
        ...(part.checksum ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
      },
    });
    const headers = {
      ...response.headers,
      ...renderEncryption(upload),
      ...(sourceVersionId === undefined ? {} : { 'x-amz-copy-source-version-id': sourceVersionId }),
    };
    return { ...response, headers };
  },
});

import { defineOperation } from '../../../http/legacy-operation.ts';
import { DEFAULT_CHECKSUM, parsePayloadPromise, receiveContent } from '../body/payload.ts';
import { checksumHeader } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { assertSameAlgorithm, findUpload, putPart, requirePartNumber } from '../objects/uploads.ts';
import { assertUploadKey, parseCustomerKey } from '../wire/customer-key.ts';
import { renderEncryption } from '../wire/encryption.ts';
import { renderETag } from '../wire/object-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart = defineOperation({
  name: 'UploadPart',
  http: { method: 'PUT', path: '/{Bucket}/{Key+}', query: ['partNumber', 'uploadId'] },
  parse: (request, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    uploadId: request.query.get('uploadId') ?? '',
    partNumber: request.query.get('partNumber'),
    promise: parsePayloadPromise(request),
  }),
  async handle(context: S3Context, input, request) {
    const { key, promise } = input;
    const bucket = context.buckets.get(input.bucket);
    const number = requirePartNumber(input.partNumber, Math.min(context.limits.s3MaxParts, 10_000));
    const { upload } = findUpload(bucket, key, input.uploadId);
    assertUploadKey(upload.customerKeyMd5, parseCustomerKey(request));
    assertSameAlgorithm(upload, promise.checksum?.algorithm);
    const content = await receiveContent(context.blobs, request, promise, {
      maxBytes: context.limits.s3MaxPutBytes,
      keep: upload.checksum?.algorithm ?? DEFAULT_CHECKSUM,
      observer: context.observeChunks(request),
    });
    // An upload that was begun without a checksum tells only of the one that came with the part.
    const told = content.promised;
    const part = await putPart(context, bucket, upload, number, content);
    return { part, upload, told: upload.checksum ? part.checksum : told };
  },
  render: ({ part, upload, told }) => ({
    status: 200,
    headers: {
      etag: renderETag(part.etag),
      ...renderEncryption(upload),
      ...(told ? { [checksumHeader(told.algorithm)]: told.value } : {}),
    },
  }),
});

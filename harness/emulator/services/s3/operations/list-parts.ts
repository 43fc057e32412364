import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { findUpload } from '../objects/uploads.ts';
import { parseCount, renderListDate, renderOwner, S3_NAMESPACE } from '../wire/list-parameters.ts';
import { renderETag } from '../wire/object-headers.ts';

const MAX_PARTS = 1_000;
const MAX_MARKER = 2_147_483_647;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts = defineOperation({
  name: 'ListParts',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  parse: ({ query }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    uploadId: query.get('uploadId') ?? '',
    maxParts: parseCount(query, 'max-parts', MAX_PARTS),
    marker: query.has('part-number-marker') ? parseCount(query, 'part-number-marker', MAX_MARKER) : 0,
  }),
  handle(context: S3Context, input) {
    const { upload, parts } = findUpload(context.buckets.get(input.bucket), input.key, input.uploadId);
    const after = [...parts.values()]
      .filter(({ number }) => number > input.marker)
      .sort((a, b) => a.number - b.number);
    const page = after.slice(0, input.maxParts);
    return { input, upload, page, truncated: after.length > page.length, ownerId: context.ownerId };
  },
  render: ({ input, upload, page, truncated, ownerId }) =>
    xmlResponse(200, {
      ListPartsResult: {
        '@xmlns': S3_NAMESPACE,
        Bucket: input.bucket,
        Key: input.key,
        UploadId: input.uploadId,
        Initiator: renderOwner(ownerId),
        Owner: renderOwner(ownerId),
        StorageClass: upload.storageClass ?? 'STANDARD',
        PartNumberMarker: input.marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        MaxParts: input.maxParts,
        IsTruncated: truncated,
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
        Part: page.map((part) => ({
          PartNumber: part.number,
          LastModified: renderListDate(part.lastModifiedMs),
          ETag: renderETag(part.etag),
          Size: part.sizeBytes,
          ...(upload.checksum && part.checksum
            ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }
            : {}),
        })),
      },
    }),
});

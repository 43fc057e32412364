import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import { listUploads } from '../objects/list-uploads.ts';
import { groupOf } from '../objects/listed-object.ts';
import {
  parseCount,
  parseEncoding,
  renderListDate,
  renderOwner,
  S3_NAMESPACE,
} from '../wire/list-parameters.ts';

const MAX_UPLOADS = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads = defineOperation({
  name: 'ListMultipartUploads',
  http: { method: 'GET', path: '/{Bucket}', query: ['uploads'] },
  parse: ({ query }, { Bucket }) => ({
    bucket: Bucket!,
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    keyMarker: query.get('key-marker') ?? '',
    uploadIdMarker: query.get('upload-id-marker') ?? '',
    maxUploads: parseCount(query, 'max-uploads', MAX_UPLOADS),
    encoding: parseEncoding(query),
  }),
  handle(context: S3Context, input) {
    const bucket = context.buckets.get(input.bucket);
    const { keyMarker, uploadIdMarker } = input;
    if (
      keyMarker !== '' &&
      uploadIdMarker !== '' &&
      bucket.uploads.get(uploadIdMarker)?.upload.key !== keyMarker
    ) {
      throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', uploadIdMarker);
    }
    const page = listUploads(bucket.uploads.values(), {
      ...input,
      afterGroup: groupOf(input.keyMarker, input.prefix, input.delimiter),
    });
    return { input, page, ownerId: context.ownerId };
  },
  render({ input, page, ownerId }) {
    const { type, encode } = input.encoding;
    const last = page.uploads.at(-1);
    return xmlResponse(200, {
      ListMultipartUploadsResult: {
        '@xmlns': S3_NAMESPACE,
        Bucket: input.bucket,
        KeyMarker: encode(input.keyMarker),
        // Without a key the marker of an upload means nothing.
        UploadIdMarker: input.keyMarker === '' ? '' : input.uploadIdMarker,
        // The last upload of the page, whether or not another page follows.
        NextKeyMarker: encode((page.next ?? last)?.key ?? ''),
        NextUploadIdMarker: (page.next ?? last)?.uploadId ?? '',
        Prefix: input.prefix === '' ? undefined : encode(input.prefix),
        Delimiter: input.delimiter === '' ? undefined : encode(input.delimiter),
        EncodingType: type,
        MaxUploads: input.maxUploads,
        IsTruncated: page.next !== undefined,
        Upload: page.uploads.map((upload) => ({
          Key: encode(upload.key),
          UploadId: upload.uploadId,
          Initiator: renderOwner(ownerId),
          Owner: renderOwner(ownerId),
          StorageClass: upload.storageClass ?? 'STANDARD',
          Initiated: renderListDate(upload.initiatedMs),
          ChecksumAlgorithm: upload.checksum?.algorithm,
          ChecksumType: upload.checksum?.type,
        })),
        CommonPrefixes: page.commonPrefixes.map((group) => ({ Prefix: encode(group) })),
      },
    });
  },
});

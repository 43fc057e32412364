/** Listings of objects, versions, uploads and parts. */

import type {
  ListMultipartUploadsCommandInput,
  ListObjectsCommandInput,
  ListObjectsV2CommandInput,
  ListObjectVersionsCommandInput,
  ListPartsCommandInput,
} from '@aws-sdk/client-s3';
import { s3Operation } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import {
  parseCount,
  parseEncoding,
  parseToken,
  renderInitiator,
  renderListDate,
  renderOwner,
  renderToken,
  s3Response,
} from '../objects/list-parameters.ts';
import {
  groupOf,
  isListed,
  listKeys,
  listUploads,
  listVersions,
  renderContents,
  renderPrefixes,
  renderVersions,
} from '../objects/listing.ts';
import { renderETag } from '../objects/properties.ts';
import { findUpload } from '../objects/uploads.ts';
import { onBucket, onObject } from '../permissions.ts';

/** The first version of listing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
const listObjects = s3Operation<ListObjectsCommandInput>({
  name: 'ListObjects',
  permission: onBucket('ListBucket'),
  handle(context, input) {
    const { Bucket, Prefix: prefix = '', Delimiter: delimiter = '', Marker: marker = '' } = input;
    const { type, encode } = parseEncoding(input.EncodingType);
    const bucket = context.buckets.get(Bucket);
    const maxKeys = parseCount(input.MaxKeys, 'max-keys', context.limits.s3ListPageKeys);
    const page = listKeys(bucket.entries, {
      prefix,
      delimiter,
      after: marker === '' ? undefined : marker,
      afterGroup: groupOf(marker, prefix, delimiter),
      maxKeys,
      isListed,
    });
    return s3Response('ListBucketResult', {
      Name: Bucket,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Only with a delimiter: else the last key is the next marker.
      NextMarker: page.truncated && page.last && delimiter !== '' ? encode(page.last.key) : undefined,
      MaxKeys: maxKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: type,
      IsTruncated: page.truncated,
      Contents: renderContents(page.entries, encode, context.ownerId),
      CommonPrefixes: renderPrefixes(page, encode),
    });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const listObjectsV2 = s3Operation<ListObjectsV2CommandInput>({
  name: 'ListObjectsV2',
  permission: onBucket('ListBucket'),
  handle(context, input) {
    const { Bucket, Prefix: prefix = '', Delimiter: delimiter = '', ContinuationToken: token } = input;
    const startAfter = input.StartAfter || undefined;
    const { type, encode } = parseEncoding(input.EncodingType);
    const bucket = context.buckets.get(Bucket);
    const maxKeys = parseCount(input.MaxKeys, 'max-keys', context.limits.s3ListPageKeys);
    const from = token === undefined ? undefined : parseToken(token);
    const page = listKeys(bucket.entries, {
      prefix,
      delimiter,
      after: from ? from.key : startAfter,
      afterGroup: from?.isGroup ? from.key : undefined,
      maxKeys,
      isListed,
    });
    return s3Response(
      'ListBucketResult',
      {
        Name: Bucket,
        Prefix: encode(prefix),
        // Recorded (B10): a token takes its place.
        StartAfter: startAfter === undefined || token !== undefined ? undefined : encode(startAfter),
        ContinuationToken: token,
        NextContinuationToken: page.truncated && page.last ? renderToken(page.last) : undefined,
        KeyCount: page.entries.length + page.commonPrefixes.length,
        MaxKeys: maxKeys,
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        EncodingType: type,
        IsTruncated: page.truncated,
        Contents: renderContents(
          page.entries,
          encode,
          input.FetchOwner === 'true' ? context.ownerId : undefined,
        ),
        CommonPrefixes: renderPrefixes(page, encode),
      },
      // Recorded (B16).
      { 'x-amz-bucket-region': bucket.region },
    );
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
const listObjectVersions = s3Operation<ListObjectVersionsCommandInput>({
  name: 'ListObjectVersions',
  permission: onBucket('ListBucketVersions'),
  handle(context, input) {
    const { Bucket, Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: keyMarker = '' } = input;
    const versionIdMarker = input.VersionIdMarker || undefined;
    if (versionIdMarker !== undefined && keyMarker === '') {
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        versionIdMarker,
      );
    }
    const { type, encode } = parseEncoding(input.EncodingType);
    const bucket = context.buckets.get(Bucket);
    const maxKeys = parseCount(input.MaxKeys, 'max-keys', context.limits.s3ListPageKeys);
    const page = listVersions(bucket.entries, {
      prefix,
      delimiter,
      keyMarker,
      versionIdMarker,
      maxKeys,
      afterGroup: groupOf(keyMarker, prefix, delimiter),
    });
    return s3Response('ListVersionsResult', {
      Name: Bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionIdMarker ?? '',
      NextKeyMarker: page.next === undefined ? undefined : encode(page.next.key),
      NextVersionIdMarker: page.next?.versionId,
      MaxKeys: maxKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: type,
      IsTruncated: page.next !== undefined,
      Version: renderVersions(page.versions, encode, context.ownerId),
      CommonPrefixes: renderPrefixes(page, encode),
    });
  },
});

const MAX_PARTS_LISTED = 1_000;
const MAX_UPLOADS_LISTED = 1_000;
const MAX_MARKER = 2_147_483_647;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
const listParts = s3Operation<ListPartsCommandInput>({
  name: 'ListParts',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['uploadId'] },
  permission: onObject('ListMultipartUploadParts'),
  handle(context, input) {
    const { Bucket, Key, UploadId } = input;
    const maxParts = parseCount(input.MaxParts, 'max-parts', MAX_PARTS_LISTED);
    const marker =
      input.PartNumberMarker === undefined
        ? 0
        : parseCount(input.PartNumberMarker, 'part-number-marker', MAX_MARKER);
    const { upload, parts } = findUpload(context.buckets.get(Bucket), Key, UploadId);
    const after = [...parts.values()]
      .filter(({ number }) => number > marker)
      .sort((a, b) => a.number - b.number);
    const page = after.slice(0, maxParts);
    return s3Response('ListPartsResult', {
      Bucket,
      Key,
      UploadId,
      Initiator: renderInitiator(context.ownerId, context.env.accountId),
      Owner: renderOwner(context.ownerId),
      StorageClass: upload.storageClass ?? 'STANDARD',
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: maxParts,
      IsTruncated: after.length > page.length,
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
    });
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
const listMultipartUploads = s3Operation<ListMultipartUploadsCommandInput>({
  name: 'ListMultipartUploads',
  permission: onBucket('ListBucketMultipartUploads'),
  handle(context, input) {
    const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
    const { KeyMarker: keyMarker = '', UploadIdMarker: uploadIdMarker = '' } = input;
    const maxUploads = parseCount(input.MaxUploads, 'max-uploads', MAX_UPLOADS_LISTED);
    const { type, encode } = parseEncoding(input.EncodingType);
    const bucket = context.buckets.get(input.Bucket);
    if (
      keyMarker !== '' &&
      uploadIdMarker !== '' &&
      bucket.uploads.get(uploadIdMarker)?.upload.key !== keyMarker
    ) {
      throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', uploadIdMarker);
    }
    const page = listUploads(bucket.uploads.values(), {
      prefix,
      delimiter,
      keyMarker,
      uploadIdMarker,
      maxUploads,
      afterGroup: groupOf(keyMarker, prefix, delimiter),
    });
    const last = page.next ?? page.uploads.at(-1);
    return s3Response('ListMultipartUploadsResult', {
      Bucket: input.Bucket,
      KeyMarker: encode(keyMarker),
      // Without a key the marker of an upload means nothing.
      UploadIdMarker: keyMarker === '' ? '' : uploadIdMarker,
      // The last upload of the page, whether or not another page follows.
      NextKeyMarker: encode(last?.key ?? ''),
      NextUploadIdMarker: last?.uploadId ?? '',
      Prefix: prefix === '' ? undefined : encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: type,
      MaxUploads: maxUploads,
      IsTruncated: page.next !== undefined,
      Upload: page.uploads.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: renderInitiator(context.ownerId, context.env.accountId),
        Owner: renderOwner(context.ownerId),
        StorageClass: upload.storageClass ?? 'STANDARD',
        Initiated: renderListDate(upload.initiatedMs),
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
      })),
      CommonPrefixes: renderPrefixes(page, encode),
    });
  },
});

export const listOperations = [
  listMultipartUploads,
  listObjectVersions,
  listObjects,
  listObjectsV2,
  listParts,
];

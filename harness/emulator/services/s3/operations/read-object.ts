/** GetObject, HeadObject, GetObjectAttributes. */

import type {
  GetObjectAttributesCommandInput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
} from '@aws-sdk/client-s3';
import { s3Operation } from '../context.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { assertCustomerKey, parseCustomerKey } from '../objects/encryption.ts';
import { findObject } from '../objects/find-object.ts';
import { s3Response } from '../objects/list-parameters.ts';
import { renderHttpDate, renderOverrides, renderVersionId } from '../objects/properties.ts';
import { openObject, renderRead } from '../objects/read-object.ts';
import { onObject } from '../permissions.ts';
import { readContent } from '../store/content-reader.ts';
import type { ObjectVersion } from '../store/records.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const getObject = s3Operation<GetObjectCommandInput>({
  name: 'GetObject',
  permission: onObject('GetObject'),
  handle(context, input) {
    const overrides = renderOverrides(input);
    const read = openObject(context, input, 'GET');
    const { segments } = read.version;
    const answer = () => ({
      ...renderRead(read, overrides),
      body: readContent(context.blobs, segments, read.startBytes, read.endBytes),
    });
    return context.blobs.areVerified(segments) ? answer() : context.blobs.verify(segments).then(answer);
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const headObject = s3Operation<HeadObjectCommandInput>({
  name: 'HeadObject',
  permission: onObject('GetObject'),
  handle(context, input) {
    const overrides = renderOverrides(input);
    return renderRead(openObject(context, input, 'HEAD'), overrides);
  },
});

const ATTRIBUTES = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const MAX_PARTS = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
const getObjectAttributes = s3Operation<GetObjectAttributesCommandInput>({
  name: 'GetObjectAttributes',
  permission: onObject('GetObject', 'GetObjectAttributes'),
  handle(context, input) {
    const attributes = parseAttributes(input.ObjectAttributes);
    const maxParts = parseNumber(input.MaxParts, 'x-amz-max-parts', MAX_PARTS);
    const marker = parseNumber(input.PartNumberMarker, 'x-amz-part-number-marker', 0);
    const bucket = context.buckets.get(input.Bucket);
    const version = findObject(bucket, input.Key, input.VersionId);
    assertCustomerKey(version.customerKeyMd5, parseCustomerKey(input));
    return s3Response(
      'GetObjectAttributesResponse',
      {
        ETag: attributes.has('ETag') ? version.etag : undefined,
        Checksum: attributes.has('Checksum') ? renderChecksumElement(version) : undefined,
        ObjectParts: attributes.has('ObjectParts')
          ? renderParts(version, Math.min(maxParts, MAX_PARTS), marker)
          : undefined,
        StorageClass: attributes.has('StorageClass') ? (version.storageClass ?? 'STANDARD') : undefined,
        ObjectSize: attributes.has('ObjectSize') ? version.sizeBytes : undefined,
      },
      {
        'last-modified': renderHttpDate(version.lastModifiedMs),
        ...renderVersionId(version.versionId, bucket.versioning !== undefined),
      },
    );
  },
});

/** @throws AwsError InvalidRequest, InvalidArgument */
function parseAttributes(given: readonly string[] = []): ReadonlySet<string> {
  const names = given.map((name) => name.trim()).filter((name) => name !== '');
  if (names.length === 0) {
    throw invalidRequest(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    );
  }
  const unknown = names.find((name) => !ATTRIBUTES.has(name));
  if (unknown !== undefined)
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown);
  return new Set(names);
}

function parseNumber(text: string | undefined, name: string, absent: number): number {
  if (text === undefined) return absent;
  if (!/^\d{1,9}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Number(text);
}

/** Here alone the count of the parts is not appended to a composite checksum. */
function renderChecksumElement({ checksum }: ObjectVersion) {
  return (
    checksum && {
      [`Checksum${checksum.algorithm}`]: checksum.value.replace(/-\d+$/, ''),
      ChecksumType: checksum.type,
    }
  );
}

/** Only composite checksums keep their parts visible; of others S3 answers the count. */
function renderParts({ parts, checksum }: ObjectVersion, maxParts: number, marker: number) {
  if (!parts) return undefined;
  if (checksum?.type !== 'COMPOSITE') return { PartsCount: parts.length };
  const after = parts.filter(({ number }) => number > marker);
  const page = after.slice(0, maxParts);
  return {
    IsTruncated: after.length > page.length,
    MaxParts: maxParts,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    PartNumberMarker: marker,
    PartsCount: parts.length,
    Part: page.map((part) => ({
      PartNumber: part.number,
      Size: part.sizeBytes,
      ...(part.checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: part.checksum }),
    })),
  };
}

export const readOperations = [getObject, getObjectAttributes, headObject];

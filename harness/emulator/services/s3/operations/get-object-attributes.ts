import { defineOperation } from '../../../http/legacy-operation.ts';
import { xmlResponse } from '../../../http/protocols/rest-xml.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { findObject } from '../objects/find-object.ts';
import type { ObjectVersion } from '../store/records.ts';
import { assertCustomerKey, parseCustomerKey } from '../wire/customer-key.ts';
import { S3_NAMESPACE } from '../wire/list-parameters.ts';
import { renderHttpDate, renderVersionId } from '../wire/object-headers.ts';

const ATTRIBUTES = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const MAX_PARTS = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes = defineOperation({
  name: 'GetObjectAttributes',
  http: { method: 'GET', path: '/{Bucket}/{Key+}', query: ['attributes'] },
  parse: ({ query, headers }, { Bucket, Key }) => ({
    bucket: Bucket!,
    key: Key!,
    versionId: query.get('versionId') ?? undefined,
    attributes: parseAttributes(headers['x-amz-object-attributes']),
    maxParts: parseNumber(headers['x-amz-max-parts'], 'x-amz-max-parts', MAX_PARTS),
    marker: parseNumber(headers['x-amz-part-number-marker'], 'x-amz-part-number-marker', 0),
  }),
  handle(context: S3Context, input, request) {
    const bucket = context.buckets.get(input.bucket);
    const version = findObject(bucket, input.key, input.versionId);
    assertCustomerKey(version.customerKeyMd5, parseCustomerKey(request));
    return { input, version, versioned: bucket.versioning !== undefined };
  },
  render({ input, version, versioned }) {
    const { attributes } = input;
    const response = xmlResponse(200, {
      GetObjectAttributesResponse: {
        '@xmlns': S3_NAMESPACE,
        ETag: attributes.has('ETag') ? version.etag : undefined,
        Checksum: attributes.has('Checksum') ? renderChecksumElement(version) : undefined,
        ObjectParts: attributes.has('ObjectParts')
          ? renderParts(version, Math.min(input.maxParts, MAX_PARTS), input.marker)
          : undefined,
        StorageClass: attributes.has('StorageClass') ? (version.storageClass ?? 'STANDARD') : undefined,
        ObjectSize: attributes.has('ObjectSize') ? version.sizeBytes : undefined,
      },
    });
    const headers = {
      ...response.headers,
      'last-modified': renderHttpDate(version.lastModifiedMs),
      ...renderVersionId(version.versionId, versioned),
    };
    return { ...response, headers };
  },
});

function parseAttributes(header: string | undefined): ReadonlySet<string> {
  const names = (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
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

/** Only composite checksums keep their parts on show; of others S3 tells the count. */
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

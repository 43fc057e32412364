/** Headers of an object: what a client gives when writing, and what it gets back when reading. */
import type { AwsLimits } from '../../../../core/limits.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { checksumHeader } from '../checksums/algorithms.ts';
import { invalidArgument, invalidStorageClass, metadataTooLarge } from '../errors.ts';
import type { ObjectProperties, ObjectVersion } from '../store/records.ts';
import { parseAclHeaders } from './access-control.ts';
import { renderEncryption } from './encryption.ts';
import { renderLock } from './object-lock.ts';
import { parseTagHeader } from './tags.ts';

const METADATA_PREFIX = 'x-amz-meta-';
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** System metadata kept as given. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const SYSTEM_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
] as const;

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** @throws AwsError MetadataTooLarge, InvalidArgument, InvalidStorageClass ... */
export function parseProperties(request: WireRequest, limits: AwsLimits): ObjectProperties {
  const { headers } = request;
  const kept: { [name: string]: string } = {};
  for (const name of SYSTEM_HEADERS) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : headers[name];
    if (value !== undefined) kept[name] = value;
  }
  const metadata = parseMetadata(headers, limits);
  const storageClass = headers['x-amz-storage-class'];
  if (storageClass !== undefined && !STORAGE_CLASSES.has(storageClass)) {
    throw invalidStorageClass(storageClass);
  }
  const tags = parseTagHeader(headers['x-amz-tagging']);
  const acl = parseAclHeaders(request);
  return {
    contentType: headers['content-type'] || DEFAULT_CONTENT_TYPE,
    ...(Object.keys(kept).length > 0 ? { headers: kept } : {}),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(storageClass !== undefined && storageClass !== 'STANDARD' ? { storageClass } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(acl ? { acl } : {}),
  };
}

/** `aws-chunked` is how the body travelled, not what it is. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  const rest = value
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked');
  return rest && rest.length > 0 ? rest.join(',') : undefined;
}

function parseMetadata(headers: WireRequest['headers'], limits: AwsLimits): { [name: string]: string } {
  const metadata: { [name: string]: string } = {};
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue;
    // Node hands out header bytes as Latin-1; S3 keeps them as bytes.
    const key = name.slice(METADATA_PREFIX.length);
    metadata[key] = value;
    sizeBytes += key.length + value.length;
  }
  if (sizeBytes > limits.s3UserMetadataBytes) throw metadataTooLarge(sizeBytes, limits.s3UserMetadataBytes);
  return metadata;
}

/** `x-amz-version-id`, where the object has one. */
export function renderVersionId(versionId: string | undefined, versioned: boolean): Record<string, string> {
  return versionId === undefined || (versionId === 'null' && !versioned)
    ? {}
    : { 'x-amz-version-id': versionId };
}

/** Checksum headers of a whole object. */
export function renderChecksum({ checksum }: Pick<ObjectVersion, 'checksum'>): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export const renderETag = (etag: string): string => `"${etag}"`;

/** HTTP date, whole seconds. */
export const renderHttpDate = (milliseconds: number): string => new Date(milliseconds).toUTCString();

/** Response headers of GetObject and HeadObject, but for lengths and checksums. */
export function renderObjectHeaders(version: ObjectVersion): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(version.metadata ?? {}))
    metadata[METADATA_PREFIX + name] = value;
  return {
    'content-type': version.contentType,
    ...version.headers,
    ...metadata,
    etag: renderETag(version.etag),
    'last-modified': renderHttpDate(version.lastModifiedMs),
    'accept-ranges': 'bytes',
    ...renderEncryption(version),
    ...renderLock(version),
    ...(version.restoredUntilMs === undefined
      ? {}
      : {
          'x-amz-restore': `ongoing-request="false", expiry-date="${renderHttpDate(version.restoredUntilMs)}"`,
        }),
    ...(version.storageClass ? { 'x-amz-storage-class': version.storageClass } : {}),
    ...(version.tags && version.tags.length > 0
      ? { 'x-amz-tagging-count': String(version.tags.length) }
      : {}),
  };
}

/** Query parameters that replace a response header of GetObject, and the header each replaces. */
const OVERRIDES: readonly [parameter: string, header: string][] = [
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
  ['response-content-language', 'content-language'],
  ['response-content-type', 'content-type'],
  ['response-expires', 'expires'],
];

export function renderOverrides(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [parameter, header] of OVERRIDES) {
    const value = query.get(parameter);
    if (value === null) continue;
    if (/[\r\n\0]/.test(value))
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter);
    headers[header] = value;
  }
  return headers;
}

/** What a client gives to an object beside its content (headers, metadata, tags), and what it gets back when reading. */

import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import type { AwsLimits } from '../../../../core/limits.ts';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import { CHECKSUM_HEADERS } from '../checksums/algorithms.ts';
import { renderExpiration } from '../configurations/lifecycle.ts';
import type { S3Context, WriteInput } from '../context.ts';
import { invalidArgument, invalidStorageClass, metadataTooLarge } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties, ObjectVersion } from '../store/records.ts';
import { parseAclHeaders } from './access-control.ts';
import { encryptionOfWrite, renderCustomerKey } from './encryption.ts';
import { lockOfWrite, renderLock } from './object-lock.ts';
import { parseTagHeader } from './tags.ts';

const METADATA_PREFIX = 'x-amz-meta-';
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** System metadata kept as given. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const SYSTEM_HEADERS = [
  ['CacheControl', 'cache-control'],
  ['ContentDisposition', 'content-disposition'],
  ['ContentEncoding', 'content-encoding'],
  ['ContentLanguage', 'content-language'],
  ['Expires', 'expires'],
  ['WebsiteRedirectLocation', 'x-amz-website-redirect-location'],
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

/** Members that give access rights, ask for encryption, or lock. Most writes have none of them. */
const ACL_MEMBERS = ['ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWriteACP'] as const;
const ENCRYPTION_MEMBERS = [
  'ServerSideEncryption',
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'SSEKMSKeyId',
] as const;
const LOCK_MEMBERS = ['ObjectLockLegalHoldStatus', 'ObjectLockMode', 'ObjectLockRetainUntilDate'] as const;

function parseProperties(input: WriteInput, limits: AwsLimits): ObjectProperties {
  let kept: { [name: string]: string } | undefined;
  for (const [member, header] of SYSTEM_HEADERS) {
    const value = member === 'ContentEncoding' ? withoutAwsChunked(input[member]) : input[member];
    if (value !== undefined) kept = { ...kept, [header]: value };
  }
  const { StorageClass: storageClass } = input;
  const metadata = input.Metadata && decodedMetadata(input.Metadata);
  if (metadata) assertMetadataSize(metadata, limits);
  if (storageClass !== undefined && !STORAGE_CLASSES.has(storageClass)) {
    throw invalidStorageClass(storageClass);
  }
  const tags = input.Tagging ? parseTagHeader(input.Tagging) : [];
  const acl = ACL_MEMBERS.some((member) => input[member] !== undefined) ? parseAclHeaders(input) : undefined;
  return {
    contentType: input.ContentType || DEFAULT_CONTENT_TYPE,
    ...(kept ? { headers: kept } : {}),
    ...(metadata ? { metadata } : {}),
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

function assertMetadataSize(metadata: { readonly [name: string]: string }, limits: AwsLimits): void {
  let sizeBytes = 0;
  // Node hands out header bytes as Latin-1, so that a character is a byte.
  for (const [name, value] of Object.entries(metadata)) sizeBytes += name.length + value.length;
  if (sizeBytes > limits.s3UserMetadataBytes) throw metadataTooLarge(sizeBytes, limits.s3UserMetadataBytes);
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * The value of a header that a form or a presigned query names, as the listener hands out those of requests.
 * @throws AwsError InvalidArgument for a name that no header can have
 */
export function headerText(name: string, value: string): string {
  if (!HEADER_NAME.test(name))
    throw invalidArgument('Header name cannot be represented using ISO-8859-1.', name);
  return name.startsWith(METADATA_PREFIX)
    ? metadataText(value)
    : Buffer.from(value, 'utf8').toString('latin1');
}

/**
 * Metadata that is not printable ASCII, from where it is not the bytes of a header (forms, presigned queries), is kept
 * mail-safe (RFC 2047), as S3 returns it.
 */
function metadataText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are sent as base64
  if (/[\x00-\x1f\x7f]/.test(text)) return `=?UTF-8?B?${bytes.toString('base64')}?=`;
  const quoted = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    return /[A-Za-z0-9!*+\-/.,:]/.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?UTF-8?Q?${quoted.join('')}?=`;
}

const ENCODED_WORD = /=\?(utf-8|us-ascii|iso-8859-1)\?([bq])\?([^?\s]*)\?=/gi;

/**
 * Metadata that a client sent mail-safe is decoded before it is kept, and sent mail-safe again where it must be.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
const decodedMetadata = (metadata: { readonly [name: string]: string }): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      value.includes('=?') ? metadataText(value.replace(ENCODED_WORD, decodedWord)) : value,
    ]),
  );

function decodedWord(_whole: string, charset: string, encoding: string, text: string): string {
  const bytes =
    encoding.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replaceAll('_', ' ')
            .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        );
  return bytes.toString(charset.toLowerCase() === 'utf-8' ? 'utf8' : 'latin1');
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
  return { [CHECKSUM_HEADERS[checksum.algorithm]]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export const renderETag = (etag: string): string => `"${etag}"`;

/** HTTP date, whole seconds. */
export const renderHttpDate = (milliseconds: number): string => new Date(milliseconds).toUTCString();

/** Response headers of GetObject and HeadObject, but for lengths and checksums. */
export function renderObjectHeaders(version: ObjectVersion): Record<string, string> {
  const { metadata, restoredUntilMs, storageClass, tags } = version;
  const headers: Record<string, string> = { 'content-type': version.contentType };
  if (version.headers) Object.assign(headers, version.headers);
  for (const name in metadata) headers[METADATA_PREFIX + name] = metadata[name]!;
  headers['etag'] = renderETag(version.etag);
  headers['last-modified'] = renderHttpDate(version.lastModifiedMs);
  headers['accept-ranges'] = 'bytes';
  Object.assign(headers, renderEncryption(version), renderLock(version));
  if (restoredUntilMs !== undefined)
    headers['x-amz-restore'] = `ongoing-request="false", expiry-date="${renderHttpDate(restoredUntilMs)}"`;
  if (storageClass) headers['x-amz-storage-class'] = storageClass;
  if (tags && tags.length > 0) headers['x-amz-tagging-count'] = String(tags.length);
  return headers;
}

/** Members that replace a response header of GetObject, their query parameters, and the header each replaces. */
const OVERRIDES = [
  ['ResponseCacheControl', 'response-cache-control', 'cache-control'],
  ['ResponseContentDisposition', 'response-content-disposition', 'content-disposition'],
  ['ResponseContentEncoding', 'response-content-encoding', 'content-encoding'],
  ['ResponseContentLanguage', 'response-content-language', 'content-language'],
  ['ResponseContentType', 'response-content-type', 'content-type'],
  ['ResponseExpires', 'response-expires', 'expires'],
] as const;

/** What Node refuses to send in a header, and S3 too. */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

/** @throws AwsError InvalidArgument for what is not Latin-1 (recorded: B1 of the recorded kinds) */
export function renderOverrides(
  input: Partial<Pick<InputTexts<GetObjectCommandInput>, (typeof OVERRIDES)[number][0]>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, parameter, header] of OVERRIDES) {
    const value = input[member];
    if (value === undefined) continue;
    if (NOT_IN_HEADERS.test(value))
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter);
    headers[header] = value;
  }
  return headers;
}

/**
 * What a request says of the object it writes, completed by the bucket's defaults.
 * @throws AwsError MetadataTooLarge, InvalidArgument, InvalidRequest, InvalidStorageClass ...
 */
export function propertiesOfWrite(
  context: S3Context,
  input: WriteInput,
  bucket: Bucket,
  options: { isCopy?: boolean } = {},
): ObjectProperties {
  const isConcerned = (members: readonly (keyof WriteInput)[], configuration: string) =>
    bucket.config(configuration) !== undefined || members.some((member) => input[member] !== undefined);
  return {
    ...parseProperties(input, context.limits),
    ...(isConcerned(ENCRYPTION_MEMBERS, 'encryption')
      ? encryptionOfWrite(context, input, bucket, options)
      : {}),
    ...(isConcerned(LOCK_MEMBERS, 'object-lock')
      ? lockOfWrite(input, bucket, context.env.clock.nowMs())
      : {}),
  };
}

const ENCRYPTION = 'x-amz-server-side-encryption';

/** Response headers that tell how an object or upload is encrypted. */
export function renderEncryption({
  encryption,
  customerKeyMd5,
}: Pick<ObjectProperties, 'encryption' | 'customerKeyMd5'>): Record<string, string> {
  if (customerKeyMd5 !== undefined) return renderCustomerKey(customerKeyMd5);
  return {
    [ENCRYPTION]: encryption?.algorithm ?? 'AES256',
    ...(encryption?.keyId === undefined ? {} : { [`${ENCRYPTION}-aws-kms-key-id`]: encryption.keyId }),
    ...(encryption?.bucketKey ? { [`${ENCRYPTION}-bucket-key-enabled`]: 'true' } : {}),
  };
}

/** Headers of the answer to a request that wrote a version. */
export const renderWritten = (
  bucket: Bucket,
  version: ObjectVersion,
  isVersioned = bucket.versioning !== undefined,
): Record<string, string> => ({
  ...renderEncryption(version),
  ...(bucket.config('lifecycle') === undefined ? {} : renderExpiration(bucket, version)),
  ...renderVersionId(version.versionId, isVersioned),
});

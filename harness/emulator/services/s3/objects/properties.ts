/** What a client gives to an object beside its content (headers, metadata, tags), and what it gets back when reading. */

import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../../../core/errors.ts';
import type { AwsLimits } from '../../../../core/limits.ts';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireResponse } from '../../../http/wire.ts';
import { checksumHeader } from '../checksums/algorithms.ts';
import type { S3Context, WriteInput } from '../context.ts';
import {
  invalidArgument,
  invalidStorageClass,
  invalidTag,
  malformedXml,
  metadataTooLarge,
} from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectProperties, ObjectVersion, Tag } from '../store/records.ts';
import { parseAclHeaders } from './access-control.ts';
import { encryptionOfWrite, renderEncryption } from './encryption.ts';
import { s3Response } from './list-parameters.ts';
import { lockOfWrite, renderLock } from './object-lock.ts';

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

function parseProperties(input: WriteInput, limits: AwsLimits): ObjectProperties {
  let kept: { [name: string]: string } | undefined;
  for (const [member, header] of SYSTEM_HEADERS) {
    const value = member === 'ContentEncoding' ? withoutAwsChunked(input[member]) : input[member];
    if (value !== undefined) kept = { ...kept, [header]: value };
  }
  const { StorageClass: storageClass, Metadata: metadata } = input;
  if (metadata) assertMetadataSize(metadata, limits);
  if (storageClass !== undefined && !STORAGE_CLASSES.has(storageClass)) {
    throw invalidStorageClass(storageClass);
  }
  const tags = input.Tagging ? parseTagHeader(input.Tagging) : [];
  const acl = parseAclHeaders(input);
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

const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
export const MAX_OBJECT_TAGS = 10;
export const MAX_BUCKET_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The `x-amz-tagging` header: tags as a URL query. @throws AwsError InvalidArgument, InvalidTag, BadRequest */
function parseTagHeader(header: string | undefined): Tag[] {
  if (header === undefined || header === '') return [];
  const tags: Tag[] = [];
  for (const [key, value] of new URLSearchParams(header)) tags.push({ key, value });
  if (new Set(tags.map(({ key }) => key)).size !== tags.length) throw malformedHeader(header);
  if (tags.some(({ key, value }) => !isTagKey(key) || !isTagValue(value))) throw malformedHeader(header);
  checkTags(tags, MAX_OBJECT_TAGS, 'Object');
  return tags;
}

/** @throws AwsError InvalidTag, BadRequest */
export function checkTags(tags: readonly Tag[], maximum: number, of: 'Object' | 'Bucket'): void {
  if (tags.length > maximum) {
    throw new AwsError('BadRequest', `${of} tags cannot be greater than ${maximum}`);
  }
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (!isTagKey(key)) throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    if (!isTagValue(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidTag(
        of === 'Bucket'
          ? 'System tags cannot be added/updated by requester'
          : 'Your TagKey cannot be prefixed with aws:',
        { TagKey: key },
      );
    }
    if (seen.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    seen.add(key);
  }
}

const isTagKey = (key: string): boolean => key !== '' && key.length <= MAX_KEY_LENGTH && ALLOWED.test(key);

const isTagValue = (value: string): boolean => value.length <= MAX_VALUE_LENGTH && ALLOWED.test(value);

const malformedHeader = (header: string) =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    'x-amz-tagging',
    header,
  );

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
  return {
    ...parseProperties(input, context.limits),
    ...encryptionOfWrite(context, input, bucket, options),
    ...lockOfWrite(input, bucket, context.env.clock.nowMs()),
  };
}

export const MAX_TAGGING_BYTES = 256 * 1024;

/** A Tagging document. @throws AwsError MalformedXML */
export function parseTagging(text: string): Tag[] {
  const set = xmlElement(parseXml(text, 'Tagging'), 'TagSet');
  if (set === undefined) throw malformedXml();
  return xmlElements(set, 'Tag').map((node) => {
    const key = xmlText(node, 'Key');
    const value = xmlText(node, 'Value');
    if (key === undefined || value === undefined) throw malformedXml();
    return { key, value };
  });
}

export const renderTagging = (tags: readonly Tag[], headers?: WireResponse['headers']): WireResponse =>
  s3Response(
    'Tagging',
    { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } },
    headers,
  );

/** Tags of objects and buckets. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
import { AwsError } from '../../../../core/errors.ts';
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireResponse } from '../../../http/wire.ts';
import { invalidArgument, invalidTag, malformedXml } from '../errors.ts';
import type { Tag } from '../store/records.ts';
import { s3Response } from './list-parameters.ts';

const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
export const MAX_OBJECT_TAGS = 10;
export const MAX_BUCKET_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The `x-amz-tagging` header: tags as a URL query. @throws AwsError InvalidArgument, InvalidTag, BadRequest */
export function parseTagHeader(header: string | undefined): Tag[] {
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

/**
 * The fields of a browser's upload as the headers of a PutObject they stand for.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import { parseXml, xmlElement, xmlElements, xmlText } from '../../../http/protocols/xml.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { FormField } from '../body/form-data.ts';
import { malformedXml } from '../errors.ts';
import type { Tag } from '../store/records.ts';

const PLAIN = new Set([
  'cache-control',
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-md5',
  'expires',
]);

/** Headers by name in lower case, their bytes as Latin-1 like those of a request. */
export function headersOfForm(fields: ReadonlyMap<string, FormField>): WireRequest['headers'] {
  const headers: { [name: string]: string } = {};
  for (const [name, { value }] of fields) {
    if (name === 'acl') headers['x-amz-acl'] = value;
    else if (name.startsWith('x-amz-meta-')) headers[name] = encodeWord(value);
    else if (PLAIN.has(name) || name.startsWith('x-amz-'))
      headers[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  return headers;
}

/** Metadata that is not printable ASCII is kept mail-safe (RFC 2047), as S3 returns it. */
function encodeWord(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what has them goes as base64
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

/** The `tagging` field: an XML document; one without tags gives none. @throws AwsError MalformedXML */
export function tagsOfForm(field: FormField | undefined): Tag[] {
  if (field === undefined) return [];
  if (!/^\s*<[A-Za-z]/.test(field.value)) throw malformedXml();
  const set = xmlElement(parseXml(field.value, 'Tagging'), 'TagSet');
  return xmlElements(set, 'Tag').map((node) => ({
    key: xmlText(node, 'Key') ?? '',
    value: xmlText(node, 'Value') ?? '',
  }));
}

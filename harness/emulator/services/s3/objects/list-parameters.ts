/** Parameters and rendering that all listings share. */
import { xmlResponse } from '../../../http/codecs/rest-xml.ts';
import type { WireResponse } from '../../../http/wire.ts';
import { invalidArgument } from '../errors.ts';

/** A count in a query parameter: absent means `maximum`, more means `maximum`. @throws AwsError InvalidArgument */
export function parseCount(text: string | undefined, name: string, maximum: number): number {
  if (text === undefined || text === '') return maximum;
  if (!/^[+-]?\d{1,18}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  const value = Number(text);
  if (value < 0 || value > 2_147_483_647) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  }
  return Math.min(value, maximum);
}

export interface Encoding {
  type: 'url' | undefined;
  /** How keys are written: as they are, or percent-encoded. */
  encode: (text: string) => string;
}

/** `encoding-type`; recorded (B9): an empty one is refused. @throws AwsError InvalidArgument */
export function parseEncoding(type: string | undefined): Encoding {
  if (type === undefined) return { type: undefined, encode: (text) => text };
  if (type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return { type, encode: encodeKey };
}

/** Most keys have nothing to encode. */
const NEEDS_NO_ENCODING = /^[\w./*-]*$/;

/** As S3 does: slashes stay, a space is `+`. */
export function encodeKey(text: string): string {
  if (NEEDS_NO_ENCODING.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/%2F/g, '/')
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Whole seconds, as S3's listings have them. */
export function renderListDate(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  const day = Math.floor(second / 86_400);
  if (day !== knownDay.day)
    knownDay = { day, text: new Date(day * 86_400_000).toISOString().slice(0, 'YYYY-MM-DDT'.length) };
  const ofDay = second - day * 86_400;
  const [hours, minutes] = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60];
  return `${knownDay.text}${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[ofDay % 60]}.000Z`;
}

/** A page of a listing has a thousand dates, mostly of one day. */
let knownDay = { day: Number.NaN, text: '' };
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

const TOKEN_PREFIX = '1';

/** An opaque continuation token. */
export const renderToken = (last: { key: string; isGroup: boolean }): string =>
  Buffer.from(`${TOKEN_PREFIX}${last.isGroup ? 'g' : 'k'}${last.key}`).toString('base64');

/** @throws AwsError InvalidArgument when it is not one of ours */
export function parseToken(token: string): { key: string; isGroup: boolean } {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!/^1[gk]/.test(text) || Buffer.from(text).toString('base64') !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  }
  return { key: text.slice(2), isGroup: text[1] === 'g' };
}

/** Members of a Contents element. */
export const renderOwner = (ownerId: string) => ({ ID: ownerId });

/** Who began an upload. Unlike an owner, an initiator still has a display name (recorded in 2026). */
export const renderInitiator = (ownerId: string, accountId: string) => ({
  ID: ownerId,
  DisplayName: accountId,
});

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** 200 with the document of S3's namespace whose root element is `root`. */
export const s3Response = (root: string, members: object, headers?: WireResponse['headers']): WireResponse =>
  xmlResponse(200, { [root]: { '@xmlns': S3_NAMESPACE, ...members } }, headers);

/** 200 with a document that is kept as XML. */
export const documentResponse = (xml: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
});

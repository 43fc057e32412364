/**
 * The one reader of signatures: Version 4 in a header or a query, Version 2 in a header or a query. What is read here
 * is what is verified, and who it names is who calls; no other code looks for a credential in a request. (A browser's
 * upload form carries its signature in its fields: `services/s3/form-signature.ts`.)
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
import { memoize } from '../../../core/memoize.ts';

export const ALGORITHM_V4 = 'AWS4-HMAC-SHA256';

export interface SignatureV4 {
  kind: 'v4';
  /** It stands in the query of the URL, and expires by itself. */
  isPresigned: boolean;
  accessKeyId: string;
  /** `20260101`, of the credential's scope. */
  scopeDate: string;
  region: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
  /** `20260101T000000Z`; empty where the request carries none. */
  date: string;
  /** Of temporary credentials. */
  sessionToken?: string;
}

export interface SignatureV2 {
  kind: 'v2';
  isPresigned: boolean;
  accessKeyId: string;
  signature: string;
  /** Seconds since the epoch, as sent; of presigned requests. */
  expires?: string;
  sessionToken?: string;
}

/** Why a signature cannot be read. Nothing of it counts: the request is refused. */
export interface UnreadableSignature {
  kind: 'unreadable';
  reason: /** Signatures in several forms at once. */
    | 'several-mechanisms'
    /** Neither of the schemes. */
    | 'unsupported-scheme'
    /** A member of an Authorization header is missing or given twice. */
    | 'header'
    /** A parameter of a presigned query is missing or given twice. */
    | 'query'
    | 'query-v2'
    /** The credential of a header or of a query has not five parts. */
    | 'credential-header'
    | 'credential-query';
  /** Members of the header that are missing. */
  missing?: readonly string[];
}

export type RequestSignature = SignatureV4 | SignatureV2 | UnreadableSignature | { kind: 'none' };

/** Parameters that a presigned query of Version 4 has, each exactly once. */
const QUERY_V4 = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const;
const QUERY_V2 = ['AWSAccessKeyId', 'Signature', 'Expires'] as const;
/** AWS Security Token Service and others presign without a lifetime. */
const OPTIONAL_V4: ReadonlySet<string> = new Set(['X-Amz-Expires']);

type Headers = { readonly [name: string]: string | undefined };

/** Where a request carries a signature. */
interface SignedParts {
  headers: Headers;
  query: URLSearchParams;
}

const UNSIGNED = { kind: 'none' } as const;

/** The signature of a request, whether or not it is right. */
export function readSignature({ headers, query }: SignedParts): RequestSignature {
  const authorization = headers['authorization'];
  if (query.size === 0) return authorization === undefined ? UNSIGNED : readHeader(authorization, headers);
  const isQueryV4 = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  // Signature is a name that others use too: alone it makes no signature.
  const isQueryV2 = query.has('AWSAccessKeyId') || (query.has('Signature') && query.has('Expires'));
  const mechanisms = [authorization !== undefined, isQueryV4, isQueryV2].filter(Boolean).length;
  if (mechanisms === 0) return UNSIGNED;
  if (mechanisms > 1) return { kind: 'unreadable', reason: 'several-mechanisms' };
  if (isQueryV4) return readQueryV4({ headers, query });
  if (isQueryV2) return readQueryV2(query);
  return readHeader(authorization!, headers);
}

function readHeader(authorization: string, headers: Headers): RequestSignature {
  const sessionToken = headers['x-amz-security-token'];
  if (!authorization.startsWith(`${ALGORITHM_V4} `)) {
    const v2 = /^AWS ([^:\s]+):(\S+)$/.exec(authorization);
    return v2
      ? withToken({ kind: 'v2', isPresigned: false, accessKeyId: v2[1]!, signature: v2[2]! }, sessionToken)
      : { kind: 'unreadable', reason: 'unsupported-scheme' };
  }
  const at = authorization.lastIndexOf(LAST_MEMBER);
  const signature = at < 0 ? '' : authorization.slice(at + LAST_MEMBER.length);
  const isLast = signature !== '' && !/[\s,]/.test(signature);
  const read = isLast ? readBeforeSignature(authorization.slice(0, at)) : readMembers(authorization);
  if (read.kind === 'unreadable') return read;
  const { accessKeyId, scopeDate, region, service, signedHeaders } = read;
  return withToken(
    {
      kind: 'v4',
      isPresigned: false,
      accessKeyId,
      scopeDate,
      region,
      service,
      signedHeaders,
      signature: isLast ? signature : read.signature,
      date: headers['x-amz-date'] ?? isoDate(headers['date']),
    },
    sessionToken,
  );
}

/** All clients write the signature last, and repeat what stands before it for a whole day. */
const LAST_MEMBER = ', Signature=';
const readBeforeSignature = memoize(100, (text) => readMembers(`${text}${LAST_MEMBER}x`));

type ReadMembers = UnreadableSignature | Omit<SignatureV4, 'isPresigned' | 'date' | 'sessionToken'>;

function readMembers(authorization: string): ReadMembers {
  const members = headerMembers(authorization);
  const missing = MEMBERS.filter((name) => !members?.[name]);
  if (!members || missing.length > 0) return { kind: 'unreadable', reason: 'header', missing };
  const credential = splitCredential(members.Credential!);
  if (!credential) return { kind: 'unreadable', reason: 'credential-header' };
  const signedHeaders = members.SignedHeaders!.toLowerCase().split(';');
  return { kind: 'v4', ...credential, signedHeaders, signature: members.Signature! };
}

function withToken<S extends SignatureV4 | SignatureV2>(signature: S, token: string | undefined): S {
  if (token !== undefined) signature.sessionToken = token;
  return signature;
}

const MEMBERS = ['Credential', 'Signature', 'SignedHeaders'] as const;
type HeaderMembers = Record<(typeof MEMBERS)[number], string | undefined>;

/** `Credential=..., SignedHeaders=..., Signature=...`; undefined when a member is none of these or given twice. */
function headerMembers(authorization: string): HeaderMembers | undefined {
  const found: HeaderMembers = { Credential: undefined, Signature: undefined, SignedHeaders: undefined };
  for (const part of authorization.slice(ALGORITHM_V4.length + 1).split(',')) {
    const member = part.trim();
    const equals = member.indexOf('=');
    const name = MEMBERS.find((one) => one.length === equals && member.startsWith(one));
    if (name === undefined || found[name] !== undefined || /\s/.test(member)) return undefined;
    found[name] = member.slice(equals + 1);
  }
  return found;
}

function readQueryV4({ headers, query }: SignedParts): RequestSignature {
  const isWrong = QUERY_V4.some((name) => {
    const values = query.getAll(name);
    return values.length > 1 || (!OPTIONAL_V4.has(name) && !values[0]);
  });
  if (isWrong || query.get('X-Amz-Algorithm') !== ALGORITHM_V4)
    return { kind: 'unreadable', reason: 'query' };
  const credential = splitCredential(query.get('X-Amz-Credential')!);
  if (!credential) return { kind: 'unreadable', reason: 'credential-query' };
  const sessionToken = query.get('X-Amz-Security-Token') ?? headers['x-amz-security-token'];
  return {
    kind: 'v4',
    isPresigned: true,
    ...credential,
    signedHeaders: query.get('X-Amz-SignedHeaders')!.toLowerCase().split(';'),
    signature: query.get('X-Amz-Signature')!,
    date: query.get('X-Amz-Date')!,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function readQueryV2(query: URLSearchParams): RequestSignature {
  const isWrong = QUERY_V2.some((name) => query.getAll(name).length !== 1 || query.get(name) === '');
  if (isWrong) return { kind: 'unreadable', reason: 'query-v2' };
  const sessionToken = query.get('x-amz-security-token');
  return {
    kind: 'v2',
    isPresigned: true,
    accessKeyId: query.get('AWSAccessKeyId')!,
    signature: query.get('Signature')!,
    expires: query.get('Expires')!,
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

/** `AKID/20260101/us-east-1/s3/aws4_request`; an access key id may hold no slash. */
function splitCredential(
  text: string,
): Pick<SignatureV4, 'accessKeyId' | 'scopeDate' | 'region' | 'service'> | undefined {
  const parts = text.split('/');
  const [accessKeyId = '', scopeDate = '', region = '', service = '', terminal] = parts;
  if (parts.length !== 5 || terminal !== 'aws4_request' || accessKeyId === '' || service === '')
    return undefined;
  if (!/^\d{8}$/.test(scopeDate)) return undefined;
  return { accessKeyId, scopeDate, region, service };
}

/** A Date header as X-Amz-Date has it; empty where there is none or it is no date. */
function isoDate(date: string | undefined): string {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? '' : formatAmzDate(ms);
}

/** `20260101T000000Z` */
export const formatAmzDate = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

/** Milliseconds since the epoch of `20260101T000000Z`; undefined for any other text. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}

/** A verified request of Version 4: what the signatures of its chunks are chained to. */
export interface VerifiedSignature {
  signature: string;
  signingKey: Buffer;
  scope: string;
  date: string;
}

/** Access key of callers without a signature. */
export const ANONYMOUS = 'anonymous';

/**
 * Cross-origin requests: answers browsers' preflights and marks answers by a bucket's CORS configuration.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html, https://fetch.spec.whatwg.org/#http-cors-protocol
 */
import { AwsError } from '../../../core/errors.ts';
import { parseXml, type XmlNode, xmlElements, xmlText } from '../../http/protocols/xml.ts';
import type { WireRequest, WireResponse } from '../../http/wire.ts';
import type { Bucket } from './store/bucket.ts';
import type { Buckets } from './store/buckets.ts';

interface CorsRule {
  origins: readonly string[];
  methods: readonly string[];
  /** Lower case, `*` for any text. */
  headers: readonly string[];
  exposed: readonly string[];
  maxAgeSeconds: string | undefined;
}

/** What a rule has to say to a request. */
type CorsHeaders = { [name: string]: string };

export class Cors {
  readonly #buckets: Buckets;
  /** Rules by bucket, with the text they were read from. */
  readonly #rules = new WeakMap<Bucket, { text: string; rules: CorsRule[] }>();

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  /** The answer to a preflight. @throws AwsError BadRequest, AccessForbidden */
  preflight(request: WireRequest): WireResponse {
    const origin = request.headers['origin'];
    if (origin === undefined) throw badRequest('Insufficient information. Origin request header needed.');
    const method = request.headers['access-control-request-method'];
    const { bucketName, isObject } = locate(request);
    const forbidden = (message: string, resourceType: string) =>
      new AwsError('AccessForbidden', `CORSResponse: ${message}`, 403, {
        details: { Method: method ?? 'OPTIONS', ResourceType: resourceType },
      });
    const bucket = this.#buckets.has(bucketName) ? this.#buckets.get(bucketName) : undefined;
    if (!bucket) throw forbidden('Bucket not found', 'BUCKET');
    const rules = this.#rulesOf(bucket);
    if (!rules) throw forbidden('CORS is not enabled for this bucket.', 'BUCKET');
    if (method === undefined) throw badRequest('Invalid Access-Control-Request-Method: null');
    const headers = answerOf(rules, request, origin, method);
    if (headers) return { status: 200, headers };
    throw forbidden(NOT_ALLOWED, isObject ? 'OBJECT' : 'BUCKET');
  }

  /** Whether the bucket's rules let a page of the request's origin make this request. Preflights are answered by rules. */
  allows(request: WireRequest): boolean {
    const origin = request.headers['origin'];
    if (request.method === 'OPTIONS') return true;
    if (origin === undefined) return false;
    const { bucketName } = locate(request);
    const rules = this.#buckets.has(bucketName) ? this.#rulesOf(this.#buckets.get(bucketName)) : undefined;
    return rules !== undefined && answerOf(rules, request, origin, request.method) !== undefined;
  }

  /** The answer with what lets a page of the request's origin read it, where the bucket's rules do. */
  mark(request: WireRequest, response: WireResponse): WireResponse {
    const origin = request.headers['origin'];
    if (origin === undefined || request.method === 'OPTIONS') return response;
    const { bucketName } = locate(request);
    if (!this.#buckets.has(bucketName)) return response;
    const rules = this.#rulesOf(this.#buckets.get(bucketName));
    const method = request.headers['access-control-request-method'] ?? request.method;
    const headers = rules && answerOf(rules, request, origin, method);
    return headers ? { ...response, headers: { ...response.headers, ...headers } } : response;
  }

  #rulesOf(bucket: Bucket): CorsRule[] | undefined {
    const text = bucket.config('cors');
    if (typeof text !== 'string') return undefined;
    const known = this.#rules.get(bucket);
    if (known?.text === text) return known.rules;
    const rules = xmlElements(parseXml(text, 'CORSConfiguration'), 'CORSRule').map(parseRule);
    this.#rules.set(bucket, { text, rules });
    return rules;
  }
}

const NOT_ALLOWED =
  "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

const badRequest = (message: string) => new AwsError('BadRequest', message, 400);

function locate({ path }: WireRequest): { bucketName: string; isObject: boolean } {
  const [, bucketName = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  return { bucketName, isObject: key !== '' };
}

function parseRule(node: XmlNode): CorsRule {
  // What a header cannot hold names no header, method or origin.
  const texts = (name: string) =>
    xmlElements(node, name).flatMap((item) =>
      typeof item === 'string' && /^[\x20-\x7e\s]*$/.test(item) ? [item.trim()] : [],
    );
  return {
    origins: texts('AllowedOrigin'),
    methods: texts('AllowedMethod'),
    headers: texts('AllowedHeader').map((header) => header.toLowerCase()),
    exposed: texts('ExposeHeader'),
    maxAgeSeconds: /^\s*(\d+)\s*$/.exec(xmlText(node, 'MaxAgeSeconds') ?? '')?.[1],
  };
}

/** The first rule that allows origin, method and every header asked for decides. */
function answerOf(
  rules: readonly CorsRule[],
  request: WireRequest,
  origin: string,
  method: string,
): CorsHeaders | undefined {
  const wanted = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase())
    .filter((header) => header !== '');
  for (const rule of rules) {
    const allowed = rule.origins.find((pattern) => matchesOne(pattern, origin));
    if (allowed === undefined || !rule.methods.includes(method)) continue;
    if (!wanted.every((header) => rule.headers.some((pattern) => matchesOne(pattern, header)))) continue;
    const isAny = allowed === '*';
    return {
      'access-control-allow-origin': isAny ? '*' : origin,
      'access-control-allow-methods': rule.methods.join(', '),
      ...(wanted.length > 0 ? { 'access-control-allow-headers': wanted.join(', ') } : {}),
      ...(rule.exposed.length > 0 ? { 'access-control-expose-headers': rule.exposed.join(', ') } : {}),
      ...(rule.maxAgeSeconds ? { 'access-control-max-age': rule.maxAgeSeconds } : {}),
      ...(isAny ? {} : { 'access-control-allow-credentials': 'true' }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
}

/** `*` stands once for any text. */
function matchesOne(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

/**
 * Website endpoints: `BUCKET.s3-website.localhost`, where a bucket with a website configuration answers GET and HEAD
 * with its objects. Objects are read through the service itself, as a caller without a signature: policies, ranges and
 * conditions count there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 */
import { Readable } from 'node:stream';
import { ANONYMOUS } from '../../../http/caller/signature.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import type { Buckets } from '../store/buckets.ts';
import { errorPage, type SiteError } from './error-page.ts';
import { parseWebsite, redirectTarget, routingRule, type Website } from './rules.ts';

export interface WebsiteParts {
  buckets: Buckets;
  /** Answers a request of S3's API. */
  handle(request: WireRequest): Promise<WireResponse>;
}

export async function serveWebsite(parts: WebsiteParts, request: WireRequest): Promise<WireResponse> {
  const [, bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
  const key = decoded(path);
  if (key === undefined) {
    return errorPage(request, {
      status: 400,
      code: 'InvalidURI',
      message: "Couldn't parse the specified URI.",
      details: { URI: request.path },
    });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const error: SiteError = {
      status: 405,
      code: 'MethodNotAllowed',
      message: 'The specified method is not allowed against this resource.',
      details: { Method: request.method.toUpperCase(), ResourceType: 'OBJECT' },
    };
    return errorPage(request, error, { headers: { allow: 'HEAD, GET' } });
  }
  const site = websiteOf(parts.buckets, bucket);
  if ('code' in site) return errorPage(request, site);
  return new SiteRequest(parts, request, bucket, site).answer(key);
}

function websiteOf(buckets: Buckets, bucket: string): Website | SiteError {
  const details = { BucketName: bucket };
  if (!buckets.has(bucket)) {
    return { status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist', details };
  }
  const text = buckets.get(bucket).config('website');
  if (typeof text === 'string') return parseWebsite(text);
  const message = 'The specified bucket does not have a website configuration';
  return { status: 404, code: 'NoSuchWebsiteConfiguration', message, details };
}

/** Headers of a browser that say what page asks, and of a signature: an object is read as anybody may read it. */
const NOT_PASSED = /^(?:sec-|origin$|authorization$|x-amz-)/;

class SiteRequest {
  readonly #parts: WebsiteParts;
  readonly #request: WireRequest;
  readonly #bucket: string;
  readonly #site: Website;

  constructor(parts: WebsiteParts, request: WireRequest, bucket: string, site: Website) {
    this.#parts = parts;
    this.#request = request;
    this.#bucket = bucket;
    this.#site = site;
  }

  async answer(key: string): Promise<WireResponse> {
    const { redirectAll, indexSuffix } = this.#site;
    if (redirectAll) return this.#redirect(301, this.#target(redirectAll, key));
    const early = routingRule(this.#site, key, undefined);
    if (early) return this.#byRule(early, key);
    const isFolder = key === '' || key.endsWith('/');
    const found = await this.#read(isFolder ? `${key}${indexSuffix}` : key);
    if (found.status < 400 || found.status === 412 || found.status === 416) return found;
    await discard(found);
    if (!isFolder && (await this.#exists(`${key}/${indexSuffix}`))) return this.#toFolder(key);
    const late = routingRule(this.#site, key, found.status);
    if (late) return this.#byRule(late, key);
    return this.#showError(errorOf(found, isFolder ? `${key}${indexSuffix}` : key));
  }

  async #showError(error: SiteError): Promise<WireResponse> {
    const { errorKey } = this.#site;
    if (errorKey === undefined) return errorPage(this.#request, error);
    const document = await this.#read(errorKey, true);
    if (document.status === 200) return { ...document, status: error.status };
    await discard(document);
    return errorPage(this.#request, error, { ofDocument: errorOf(document, errorKey) });
  }

  #target(redirect: Website['rules'][number]['redirect'], key: string, keyPrefix?: string): string {
    return redirectTarget(redirect, { key, keyPrefix, host: this.#request.host, protocol: 'http' });
  }

  #byRule({ redirect, keyPrefix }: Website['rules'][number], key: string): WireResponse {
    return this.#redirect(redirect.status ?? 301, this.#target(redirect, key, keyPrefix));
  }

  #redirect(status: number, location: string): WireResponse {
    const { requestId } = this.#request;
    return { status, headers: { location, 'content-length': 0, 'x-amz-request-id': requestId } };
  }

  #toFolder(key: string): WireResponse {
    const location = `/${key.split('/').map(encodeURIComponent).join('/')}/`;
    const found: SiteError = { status: 302, code: 'Found', message: 'Resource Found' };
    return errorPage(this.#request, found, { headers: { location } });
  }

  async #exists(key: string): Promise<boolean> {
    const answer = await this.#send('HEAD', key, {});
    return answer.status === 200;
  }

  /** An object, or the redirect that it carries. */
  async #read(key: string, isWhole = false): Promise<WireResponse> {
    const headers = Object.entries(this.#request.headers).filter(([name]) => !NOT_PASSED.test(name));
    const answer = await this.#send(this.#request.method, key, isWhole ? {} : Object.fromEntries(headers));
    const location = answer.headers?.['x-amz-website-redirect-location'];
    if (typeof location !== 'string' || answer.status >= 400) return answer;
    await discard(answer);
    return this.#redirect(301, location);
  }

  #send(method: string, key: string, headers: WireRequest['headers']): Promise<WireResponse> {
    const { host, requestId, caller } = this.#request;
    return this.#parts.handle({
      method,
      path: `/${this.#bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
      query: new URLSearchParams(),
      rawQuery: '',
      headers: { ...headers, host },
      body: Readable.from([]),
      caller: { ...caller, accessKeyId: ANONYMOUS, service: '' },
      signature: { kind: 'none' },
      requestId,
      host,
    });
  }
}

/** What an answer of the API says of an error; HEAD says it by status alone. */
function errorOf({ status, body }: WireResponse, key: string): SiteError {
  const text = typeof body === 'string' ? body : '';
  const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const [code, message] =
    status === 404
      ? ['NoSuchKey', 'The specified key does not exist.']
      : [of('Code') ?? 'AccessDenied', of('Message') ?? 'Access Denied'];
  return { status, code, message, ...(code === 'NoSuchKey' ? { details: { Key: key } } : {}) };
}

/** A body that is not sent holds a file open. */
async function discard({ body }: WireResponse): Promise<void> {
  if (body instanceof Readable) body.destroy();
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

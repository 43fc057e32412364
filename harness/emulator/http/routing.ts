/**
 * Routing: the service that a request is for, and of REST services the operation.
 *
 * One port serves several services. The JSON target, the credential scope, the path and the
 * host name tell; S3, whose paths are anything, takes the rest. A request for a service that is not served is
 * recognised by its name, so that its client is told so in its own protocol.
 */
import { FUNCTION_URL_PATH, isWebsiteHost } from './host-and-origin.ts';
import type { HttpBinding, PathParameters } from './operation.ts';
import type { ServiceName, WireRequest } from './wire.ts';

/** What a service says of the requests that are for it. The first in a table that matches takes a request. */
export interface RoutedService {
  readonly name: ServiceName;
  /** Names of the service in the scope of credentials. */
  readonly signingNames: readonly string[];
  /** Prefixes of `X-Amz-Target`, and service names of RPC paths. */
  readonly targets: readonly string[];
  /** Paths that belong to the service, for requests that name no service otherwise. */
  readonly paths?: RegExp;
  /** Actions of the query protocol that belong to the service, for requests without a signature. */
  readonly actions?: RegExp;
}

/** Smithy RPC paths name the service: `/service/GraniteServiceVersion20100801/operation/PutMetricData`. */
const RPC_PATH = /^\/service\/([^/]+)\/operation\/[^/]+$/;

export type ServiceRoute = { service: RoutedService } | { notServed: NotServed };

/** What a request says of the service it is for, where that is not served. */
export interface NotServed {
  target?: string;
  signingName?: string;
  /** First label of the host name: `sqs` of `sqs.us-east-1.amazonaws.com`. */
  hostLabel?: string;
}

type RoutedRequest = Pick<WireRequest, 'path' | 'headers' | 'query' | 'method' | 'caller' | 'host'>;

/** The service of `services` that a request is for. */
export function serviceRouter(services: readonly RoutedService[]): (request: RoutedRequest) => ServiceRoute {
  const routes = services.map((service) => ({ service }));
  // The last entry of a name stays in a map: the first service is to be that.
  const index = (namesOf: (service: RoutedService) => readonly string[]) =>
    new Map([...routes].reverse().flatMap((route) => namesOf(route.service).map((name) => [name, route])));
  const byName = index(({ name }) => [name]);
  const byTarget = index(({ targets }) => targets);
  const bySigningName = index(({ signingNames }) => signingNames);
  return (request) => {
    const { path, caller } = request;
    // Pages of a website have its host as their origin: nothing that they send may reach another service.
    if (isWebsiteHost(request.host)) return byName.get('s3')!;
    if (path.startsWith(FUNCTION_URL_PATH)) return byName.get('lambda')!;
    const target = targetOf(request);
    const found =
      (target === undefined ? undefined : byTarget.get(target)) ?? bySigningName.get(caller.service);
    if (found) return found;
    const signingName = caller.service === '' ? {} : { signingName: caller.service };
    if (target !== undefined) return { notServed: { target, ...signingName } };
    if (caller.service !== '') return { notServed: signingName };
    const hostLabel = hostLabelOf(request.host);
    if (hostLabel !== undefined) return bySigningName.get(hostLabel) ?? { notServed: { hostLabel } };
    const action = request.query.get('Action');
    return (
      routes.find(({ service }) => service.paths?.test(path)) ??
      (action === null ? undefined : routes.find(({ service }) => service.actions?.test(action))) ??
      byName.get(isUnsignedForm(request) ? 'sts' : 's3')!
    );
  };
}

/** The service in a host name of AWS's: `sqs` of `sqs.us-east-1.amazonaws.com`. Hosts of S3 name buckets. */
function hostLabelOf(host: string): string | undefined {
  const label = /^([a-z][a-z0-9.-]*?)\.[a-z]{2}(?:-[a-z]+)+-\d\.(?:amazonaws\.com|localhost)/i.exec(
    host,
  )?.[1];
  if (label === undefined || /(?:^|\.)s3(?:$|[.-])/.test(label) || label.endsWith('lambda-url'))
    return undefined;
  return label.toLowerCase();
}

/** The service that `X-Amz-Target` or an RPC path names. */
function targetOf({ headers, path }: RoutedRequest): string | undefined {
  const target = headers['x-amz-target'];
  const dot = target?.lastIndexOf('.') ?? -1;
  if (dot > 0) return target!.slice(0, dot);
  return headers['smithy-protocol'] === undefined ? undefined : RPC_PATH.exec(path)?.[1];
}

/** Of the services that take forms at the root, STS alone takes some without a signature. */
const isUnsignedForm = ({ method, path, headers, caller }: RoutedRequest): boolean =>
  method === 'POST' &&
  path === '/' &&
  caller.service === '' &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** An operation that a router can find. */
export interface RoutedOperation {
  name: string;
  http: HttpBinding;
}

interface Route {
  name: string;
  segments: string[];
  query: [name: string, value: string | undefined][];
  headers: readonly string[];
  specificity: number;
}

/**
 * Compiles bindings into a matcher of requests; `path` is the request's, as the protocol reads it. Of all operations that
 * match, the most specific wins: more required headers and query parameters first, then more literal path segments
 * (CopyObject beats PutObject).
 */
export function restRouter(
  operations: readonly RoutedOperation[],
): (request: WireRequest, path: string) => { name: string; parameters: PathParameters } | undefined {
  const byMethod = new Map<string, Route[]>();
  /** Of them, those that need no query. */
  const withoutQuery = new Map<string, Route[]>();
  for (const { name, http } of operations) {
    const { method, path, query = [], headers = [] } = http;
    const segments = splitPath(path);
    const literals = segments.filter((segment) => !segment.startsWith('{')).length;
    const route: Route = {
      name,
      segments,
      query: query.map((text) => {
        const equals = text.indexOf('=');
        return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
      }),
      headers,
      specificity: 100 * (query.length + headers.length) + 10 * literals + segments.length,
    };
    const list = byMethod.get(method) ?? [];
    list.push(route);
    byMethod.set(method, list);
  }
  for (const [method, list] of byMethod) {
    list.sort((a, b) => b.specificity - a.specificity);
    withoutQuery.set(
      method,
      list.filter(({ query }) => query.length === 0),
    );
  }
  return (request, path) => {
    const actual = splitPath(path);
    const hasQuery = request.query.size > 0;
    // Looking through the query once for each of a method's fifty routes would cost more than all the rest.
    const given = hasQuery ? new Set(request.query.keys()) : NONE;
    for (const route of (hasQuery ? byMethod : withoutQuery).get(request.method) ?? []) {
      if (!route.query.every(([name, value]) => given.has(name) && hasValue(request, name, value))) continue;
      if (!route.headers.every((name) => request.headers[name] !== undefined)) continue;
      const parameters = matchPath(route.segments, actual);
      if (parameters) return { name: route.name, parameters };
    }
    return undefined;
  };
}

const NONE: ReadonlySet<string> = new Set();

function hasValue(request: WireRequest, name: string, value: string | undefined): boolean {
  return value === undefined || request.query.get(name) === value;
}

function splitPath(path: string): string[] {
  const parts = path.split('/');
  parts.shift();
  // `/bucket/` is the bucket itself; a trailing slash deeper down belongs to the key.
  if (parts.length <= 2 && parts.at(-1) === '') parts.pop();
  return parts;
}

function matchPath(segments: string[], actual: string[]): PathParameters | undefined {
  const parameters: { [name: string]: string } = {};
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.startsWith('{') && segment.endsWith('+}')) {
      if (actual.length <= i) return undefined;
      const rest = decode(actual.slice(i).join('/'));
      if (rest === undefined || rest === '') return undefined;
      parameters[segment.slice(1, -2)] = rest;
      return parameters;
    }
    const text = actual[i];
    if (text === undefined) return undefined;
    if (segment.startsWith('{')) {
      const value = decode(text);
      if (value === undefined || value === '') return undefined;
      parameters[segment.slice(1, -1)] = value;
    } else if (segment !== text) return undefined;
  }
  return actual.length === segments.length ? parameters : undefined;
}

/** Percent-decodes; undefined where the encoding is broken. */
function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

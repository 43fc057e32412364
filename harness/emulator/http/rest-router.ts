/**
 * Finds the operation of a REST request. Of all descriptors that match, the most specific wins: more required
 * headers and query parameters first, then more literal path segments (CopyObject beats PutObject).
 */
import type { HttpBinding, PathParameters } from './operation.ts';
import type { WireRequest } from './wire.ts';

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

/** Compiles bindings into a matcher of requests; `path` is the request's, as the protocol reads it. */
export function restRouter(
  operations: readonly RoutedOperation[],
): (request: WireRequest, path: string) => { name: string; parameters: PathParameters } | undefined {
  const byMethod = new Map<string, Route[]>();
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
  for (const list of byMethod.values()) list.sort((a, b) => b.specificity - a.specificity);
  return (request, path) => {
    const actual = splitPath(path);
    // Looking through the query once for each of a method's fifty routes would cost more than all the rest.
    const given = request.query.size > 0 ? new Set(request.query.keys()) : NONE;
    for (const route of byMethod.get(request.method) ?? []) {
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
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

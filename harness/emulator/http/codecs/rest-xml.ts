/**
 * restXml as S3 speaks it: members in path, query and headers; bodies are streams or documents that the operation
 * reads itself. S3 answers a malformed member with a text of its own that quotes it, so members are decoded by the
 * model's names but left as the client sent them.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { Members } from '../model/decode.ts';
import type { MemberReference, ServiceModel } from '../model/service-model.ts';
import type { Operation, PathParameters } from '../operation.ts';
import { renderXml } from '../protocols/xml.ts';
import { type RoutedOperation, restRouter } from '../routing.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Codec } from './codec.ts';
import { restBindings } from './rest.ts';

/**
 * The members of an input as they stand in path, query and headers: texts, lists of texts, or texts by what follows a
 * prefix (metadata). Members of the body are never there.
 */
export type InputTexts<I> = {
  readonly [K in keyof I]: K extends 'Bucket' | 'Key' ? string : Texts<NonNullable<I[K]>> | undefined;
};
type Texts<T> = T extends string | number | boolean | Date
  ? string
  : T extends readonly (infer _)[]
    ? readonly string[]
    : T extends Record<string, string>
      ? Readonly<Record<string, string>>
      : never;

/** An XML answer. */
export function xmlResponse(
  status: number,
  value: object,
  headers: WireResponse['headers'] = {},
): WireResponse {
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body: renderXml(value) };
}

/** What of a request carries members, beside the path. */
type CarriesMembers = Pick<WireRequest, 'headers' | 'query'>;

/** Where a member of an input stands. */
interface Location {
  member: string;
  in: NonNullable<MemberReference['in']>;
  /** Of a header in lower case. */
  name: string;
  isList: boolean;
}

/** What the path names are members of every operation already, under the same names. */
function locationsOf(model: ServiceModel, operation: string): readonly Location[] {
  const members = model.inputOf(operation)?.members ?? {};
  return Object.entries(members).flatMap(([member, { shape, in: place, name = member }]) =>
    place === undefined || place === 'uri'
      ? []
      : [
          {
            member,
            in: place,
            name: place.startsWith('header') ? name.toLowerCase() : name,
            isList: model.shape(shape).type === 'list',
          },
        ],
  );
}

function locate(request: CarriesMembers, { in: place, name, isList }: Location) {
  switch (place) {
    case 'header': {
      const value = request.headers[name];
      return isList && value !== undefined ? value.split(/\s*,\s*/) : value;
    }
    case 'headers': {
      const found = Object.keys(request.headers).filter((header) => header.startsWith(name));
      if (found.length === 0) return undefined;
      return Object.fromEntries(found.map((header) => [header.slice(name.length), request.headers[header]]));
    }
    default:
      if (request.query.size === 0) return undefined;
      return (isList ? request.query.getAll(name) : request.query.get(name)) ?? undefined;
  }
}

/** The members of an operation's input that a request carries outside its body. */
export function inputDecoder(
  model: ServiceModel,
): (operation: string, request: CarriesMembers, parameters: PathParameters) => Members {
  const known = new Map<string, readonly Location[]>();
  return (operation, request, parameters) => {
    let locations = known.get(operation);
    if (!locations) {
      locations = locationsOf(model, operation);
      known.set(operation, locations);
    }
    // What the path names are members of every operation, in AWS's model or not (PostObject).
    const members: Members = { ...parameters };
    for (const location of locations) {
      const value = locate(request, location);
      if (value !== undefined) members[location.member] = value;
    }
    return members;
  };
}

export function restXmlCodec<C>(model: ServiceModel, operations: readonly Operation<C>[]): Codec {
  const bindings = restBindings(model, operations);
  const route = restRouter(bindings);
  const isOtherSubresource = subresourceCheck(model, bindings);
  const decode = inputDecoder(model);
  return {
    streamsBody: true,
    matchesEarly: true,
    accepts: () => true,
    match(request) {
      const match = route(request, request.path);
      if (match && request.query.size > 0 && isOtherSubresource(match.name, request.query))
        throw methodNotAllowed(request);
      return match;
    },
    decode: (request, _body, { name, parameters }) => decode(name, request, parameters),
    // Operations answer with status, headers and body themselves: much of an answer of S3 stands in headers.
    render: ({ name }, output) =>
      (output as WireResponse | undefined) ?? { status: model.operation(name)?.status ?? 200 },
    renderError,
    headers: (request) => ({
      server: 'AmazonS3',
      'x-amz-request-id': requestIdOf(request),
      'x-amz-id-2': hostIdOf(request),
    }),
    unknownOperation: methodNotAllowed,
  };
}

const methodNotAllowed = ({ method }: WireRequest): AwsError =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
    details: { Method: method, ResourceType: 'SERVICE' },
  });

/**
 * Tells a request for a subresource (`?acl`) that its method does not have: it must not be taken for one of the object
 * or bucket itself, which it could delete or overwrite.
 */
function subresourceCheck(
  model: ServiceModel,
  bindings: readonly RoutedOperation[],
): (operation: string, query: URLSearchParams) => boolean {
  const subresources = { bucket: new Set<string>(), object: new Set<string>() };
  const own = new Map<string, { level: 'bucket' | 'object'; query: readonly string[] }>();
  for (const { name, http } of bindings) {
    const level = http.path.includes('{Key+}') ? 'object' : 'bucket';
    own.set(name, { level, query: http.query ?? [] });
    const [first = ''] = model.operation(name)?.http[1].split('?')[1]?.split('&') ?? [];
    if (first !== '' && !first.includes('=')) subresources[level].add(first);
  }
  return (operation, query) => {
    const { level, query: taken } = own.get(operation)!;
    for (const parameter of query.keys())
      if (subresources[level].has(parameter) && !taken.includes(parameter)) return true;
    return false;
  };
}

/** Sixteen capitals and digits, as S3's own: the first of the UUID. */
const requestIdOf = ({ requestId }: WireRequest): string =>
  (requestId.slice(0, 8) + requestId.slice(9, 13) + requestId.slice(14, 18)).toUpperCase();

/** Base64 of 48 bytes, as S3's own: hexadecimal digits and `/` are digits of Base64 too. */
const hostIdOf = ({ requestId: id }: WireRequest): string => {
  const digits = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return `${digits}/${digits.slice(1)}`;
};

function renderError(error: AwsError, request: WireRequest): WireResponse {
  // HEAD, 304 and 204 carry no body; the SDKs read the status alone there.
  if (error.status === 304) return { status: 304, headers: error.headers };
  if (request.method === 'HEAD')
    return { status: error.status, headers: { 'content-type': 'application/xml', ...error.headers } };
  const { code, message, details, headers } = error;
  const response = xmlResponse(error.status, {
    Error: {
      Code: code,
      Message: message,
      ...details,
      RequestId: requestIdOf(request),
      HostId: hostIdOf(request),
    },
  });
  return { ...response, headers: { ...response.headers, ...headers } };
}

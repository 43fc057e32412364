/**
 * One port, several services: which one a request is for. The JSON target, the credential scope, the path and the
 * host name tell; S3, whose paths are anything, takes the rest. A request for a service that is not served is
 * recognised by its name, so that its client is told so in its own protocol.
 */
import { type RequestSignature, readSignature } from './caller/signature.ts';
import { FUNCTION_URL_PATH } from './host-names.ts';
import type { Caller, ServiceName, WireRequest } from './wire.ts';

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

export type Route = { service: RoutedService } | { notServed: NotServed };

/** What a request says of the service it is for, where that is not served. */
export interface NotServed {
  target?: string;
  signingName?: string;
  /** First label of the host name: `sqs` of `sqs.us-east-1.amazonaws.com`. */
  hostLabel?: string;
}

type RoutedRequest = Pick<WireRequest, 'path' | 'headers' | 'query' | 'method' | 'caller' | 'host'>;

/** The service of `services` a request is for. */
export function routeService(request: RoutedRequest, services: readonly RoutedService[]): Route {
  const named = (name: ServiceName): Route => ({ service: services.find((one) => one.name === name)! });
  const { path, caller } = request;
  if (path.startsWith(FUNCTION_URL_PATH)) return named('lambda');
  const target = targetOf(request);
  const byTarget = services.find(({ targets }) => target !== undefined && targets.includes(target));
  if (byTarget) return { service: byTarget };
  const scoped = services.find(({ signingNames }) => signingNames.includes(caller.service));
  if (scoped) return { service: scoped };
  const signingName = caller.service === '' ? {} : { signingName: caller.service };
  if (target !== undefined) return { notServed: { target, ...signingName } };
  if (caller.service !== '') return { notServed: { signingName: caller.service } };
  const hostLabel = /^([a-z][a-z0-9.-]*?)\.[a-z]{2}(?:-[a-z]+)+-\d\.(?:amazonaws\.com|localhost)/i.exec(
    request.host,
  )?.[1];
  if (hostLabel !== undefined && !/(?:^|\.)s3(?:$|[.-])/.test(hostLabel) && !hostLabel.endsWith('lambda-url'))
    return routeByHost(hostLabel.toLowerCase(), services);
  const byPath = services.find(({ paths }) => paths?.test(path));
  if (byPath) return { service: byPath };
  const action = request.query.get('Action');
  const byAction = action === null ? undefined : services.find(({ actions }) => actions?.test(action));
  if (byAction) return { service: byAction };
  return named(isUnsignedForm(request) ? 'sts' : 's3');
}

function routeByHost(label: string, services: readonly RoutedService[]): Route {
  const service = services.find(({ signingNames }) => signingNames.includes(label));
  return service ? { service } : { notServed: { hostLabel: label } };
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

/** Access key of callers without a signature. */
export const ANONYMOUS = 'anonymous';

/** The signature of a request, and the caller it names; an unreadable one names nobody. */
export function callerOf(
  request: Pick<WireRequest, 'headers' | 'query'>,
  defaults: { region: string; accountOf(accessKeyId: string): string },
): { signature: RequestSignature; caller: Caller } {
  const signature = readSignature(request);
  const isRead = signature.kind === 'v4' || signature.kind === 'v2';
  const accessKeyId = isRead ? signature.accessKeyId : ANONYMOUS;
  const { region, service } = signature.kind === 'v4' ? signature : { region: '', service: '' };
  const caller = {
    accessKeyId,
    accountId: defaults.accountOf(accessKeyId),
    region: region === '' ? defaults.region : region,
    service: signature.kind === 'v2' ? 's3' : service,
  };
  return { signature, caller };
}

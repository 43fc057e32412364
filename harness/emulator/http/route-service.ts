/**
 * One port, several services: which one a request is for. The JSON target, the credential scope, the path and the
 * host name tell; S3, whose paths are anything, takes the rest. A request for a service that is not served is
 * recognised by its name, so that its client is told so in its own protocol.
 */
import { MANIFESTS } from '../services/manifests.ts';
import { type RequestSignature, readSignature } from './caller/signature.ts';
import { FUNCTION_URL_PATH } from './function-url-host.ts';
import type { Caller, ServiceName, WireRequest } from './wire.ts';

const TARGETS = new Map(MANIFESTS.flatMap(({ name, targets }) => targets.map((target) => [target, name])));
const SIGNING_NAMES = new Map(
  MANIFESTS.flatMap(({ name, signingNames }) => signingNames.map((signing) => [signing, name])),
);
const WITH_PATHS = MANIFESTS.filter(({ paths }) => paths !== undefined);
const WITH_ACTIONS = MANIFESTS.filter(({ actions }) => actions !== undefined);

/** Smithy RPC paths name the service: `/service/GraniteServiceVersion20100801/operation/PutMetricData`. */
const RPC_PATH = /^\/service\/([^/]+)\/operation\/[^/]+$/;

export type Route = { service: ServiceName } | { notServed: NotServed };

/** What a request says of the service it is for, where that is not served. */
export interface NotServed {
  target?: string;
  signingName?: string;
  /** First label of the host name: `sqs` of `sqs.us-east-1.amazonaws.com`. */
  hostLabel?: string;
}

type RoutedRequest = Pick<WireRequest, 'path' | 'headers' | 'query' | 'method' | 'caller' | 'host'>;

/** The service a request is for. */
export function routeService(request: RoutedRequest): Route {
  const { path, caller } = request;
  if (path.startsWith(FUNCTION_URL_PATH)) return { service: 'lambda' };
  const target = targetOf(request);
  const byTarget = target === undefined ? undefined : TARGETS.get(target);
  if (byTarget) return { service: byTarget };
  const scoped = SIGNING_NAMES.get(caller.service);
  if (scoped) return { service: scoped };
  const signingName = caller.service === '' ? {} : { signingName: caller.service };
  if (target !== undefined) return { notServed: { target, ...signingName } };
  if (caller.service !== '') return { notServed: { signingName: caller.service } };
  const hostLabel = /^([a-z][a-z0-9.-]*?)\.[a-z]{2}(?:-[a-z]+)+-\d\.(?:amazonaws\.com|localhost)/i.exec(
    request.host,
  )?.[1];
  if (hostLabel !== undefined && !/(?:^|\.)s3(?:$|[.-])/.test(hostLabel) && !hostLabel.endsWith('lambda-url'))
    return routeByHost(hostLabel.toLowerCase());
  const byPath = WITH_PATHS.find(({ paths }) => paths!.test(path));
  if (byPath) return { service: byPath.name };
  const action = request.query.get('Action');
  const byAction = action === null ? undefined : WITH_ACTIONS.find(({ actions }) => actions!.test(action));
  if (byAction) return { service: byAction.name };
  return { service: isUnsignedForm(request) ? 'sts' : 's3' };
}

function routeByHost(label: string): Route {
  const service = SIGNING_NAMES.get(label);
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

const VIRTUAL_HOST =
  /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*(?:amazonaws\.com|localhost|localstack\.cloud|127\.0\.0\.1)(?::\d+)?$/i;
const PLAIN_VIRTUAL_HOST = /^(.+)\.localhost(?:\.localstack\.cloud)?(?::\d+)?$/i;
/** Names below `localhost` that belong to services and to the console, not to buckets. */
const RESERVED_LABEL = /^(?:s3|s3\..*|console|(?:.*\.)?lambda-url\..*)$/i;

/** The bucket of a virtual-hosted request (`bucket.s3.localhost:4566`), if the host names one. */
export function virtualBucket(host: string): string | undefined {
  const bucket = (VIRTUAL_HOST.exec(host) ?? PLAIN_VIRTUAL_HOST.exec(host))?.[1];
  if (bucket === undefined || RESERVED_LABEL.test(bucket)) return undefined;
  // `localhost.localstack.cloud` alone, and regional names of services: `sqs.us-east-1.localhost.localstack.cloud`.
  return bucket.toLowerCase() === 'localhost' || /\.[a-z]{2}(?:-[a-z]+)+-\d$/i.test(bucket)
    ? undefined
    : bucket;
}

/**
 * One port, several services: which one a request is for. The JSON target, the credential scope, Lambda's dated
 * paths and the host name tell; whatever is left is S3, whose paths are anything.
 */
import { FUNCTION_URL_PATH } from './function-url-host.ts';
import { signerV2 } from './signer-v2.ts';
import type { Caller, ServiceName, WireRequest } from './wire.ts';

const JSON_TARGETS: { [prefix: string]: ServiceName } = {
  AWSStepFunctions: 'stepfunctions',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'cloudwatch',
};

const SCOPES: { [scope: string]: ServiceName } = {
  s3: 's3',
  lambda: 'lambda',
  states: 'stepfunctions',
  logs: 'logs',
  monitoring: 'cloudwatch',
  iam: 'iam',
  sts: 'sts',
};

/** Smithy RPC paths name the service: `/service/GraniteServiceVersion20100801/operation/PutMetricData`. */
const RPC_PATH = /^\/service\/([^/]+)\/operation\/[^/]+$/;

/** Lambda's REST paths start with the date of an API version: `/2015-03-31/functions/...`. */
const LAMBDA_PATH = /^\/20\d\d-\d\d-\d\d\/(?:functions|layers|event-source-mappings|account-settings|tags)/;

/** Actions of the query protocol that belong to STS; the others are IAM's. */
const STS_ACTIONS =
  /^(?:GetCallerIdentity|AssumeRole\w*|GetSessionToken|GetFederationToken|GetAccessKeyInfo|DecodeAuthorizationMessage)$/;

type RoutedRequest = Pick<WireRequest, 'path' | 'headers' | 'query' | 'method' | 'caller'>;

/** The service a request is for. */
export function routeService(request: RoutedRequest): ServiceName {
  if (request.path.startsWith(FUNCTION_URL_PATH)) return 'lambda';
  const target = request.headers['x-amz-target'];
  if (target) {
    const service = JSON_TARGETS[target.slice(0, target.indexOf('.'))];
    if (service) return service;
  }
  const scoped = SCOPES[request.caller.service];
  if (scoped) return scoped;
  const rpc = JSON_TARGETS[RPC_PATH.exec(request.path)?.[1] ?? ''];
  if (rpc && request.headers['smithy-protocol'] !== undefined) return rpc;
  if (LAMBDA_PATH.test(request.path)) return 'lambda';
  if (request.query.has('Action')) return STS_ACTIONS.test(request.query.get('Action') ?? '') ? 'sts' : 'iam';
  return isUnsignedForm(request) ? 'sts' : 's3';
}

/** Of the services that take forms at the root, STS alone takes some without a signature. */
const isUnsignedForm = ({ method, path, headers, caller }: RoutedRequest): boolean =>
  method === 'POST' &&
  path === '/' &&
  caller.service === '' &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/;
const PRESIGNED = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Who sent the request: from the Authorization header or a presigned query. */
export function callerOf(
  headers: WireRequest['headers'],
  query: URLSearchParams,
  defaultRegion: string,
): Caller {
  const found =
    CREDENTIAL.exec(headers['authorization'] ?? '') ?? PRESIGNED.exec(query.get('X-Amz-Credential') ?? '');
  if (!found) {
    const accessKeyId = signerV2({ headers, query }) ?? 'anonymous';
    return { accessKeyId, region: defaultRegion, service: '' };
  }
  return { accessKeyId: found[1]!, region: found[2]!, service: found[3]! };
}

const VIRTUAL_HOST =
  /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*(?:amazonaws\.com|localhost|localstack\.cloud|127\.0\.0\.1)(?::\d+)?$/i;
const PLAIN_VIRTUAL_HOST = /^(.+)\.localhost(?::\d+)?$/i;

/** The bucket of a virtual-hosted request (`bucket.s3.localhost:4566`), if the host names one. */
export function virtualBucket(host: string): string | undefined {
  const bucket = (VIRTUAL_HOST.exec(host) ?? PLAIN_VIRTUAL_HOST.exec(host))?.[1];
  return bucket === 's3' || bucket?.startsWith('s3.') ? undefined : bucket;
}

/**
 * Requests to function URLs: who may call, what the function is given, what the client gets. They arrive with a
 * path of the emulator's own (`FUNCTION_URL_PATH`), whichever way they were addressed.
 */
import { PassThrough } from 'node:stream';
import { AwsError } from '../../../../core/errors.ts';
import type { AccessControl } from '../../../http/access.ts';
import { ANONYMOUS } from '../../../http/caller/signature.ts';
import { FUNCTION_URL_PATH, functionUrlPath, sandboxHeaders } from '../../../http/host-and-origin.ts';
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest, WireResponse } from '../../../http/wire.ts';
import type { PermissionsPort, ServiceEnvironment, SessionsPort } from '../../ports.ts';
import { requestTooLarge } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import type { Invoker } from '../invoke/invoker.ts';
import type { CalledInvocation } from '../invoke/run-invocation.ts';
import { streamResponse } from '../invoke/stream-response.ts';
import { type FunctionUrlConfig, type LambdaFunction, urlConfigOf } from '../store/entities.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { urlEvent } from './event.ts';
import { badGateway, PRELUDE_TYPE, PreludeReader, responseOf, type UrlResponse } from './response.ts';

export interface UrlDependencies {
  env: ServiceEnvironment;
  store: FunctionStore;
  invoker: Invoker;
  sessions: Pick<SessionsPort, 'identityOf'>;
  permissions: Pick<PermissionsPort, 'refusal' | 'isEnforced'>;
  access: Pick<AccessControl, 'authenticate'>;
}

interface Target {
  found: LambdaFunction;
  alias: string;
  config: FunctionUrlConfig;
  rawPath: string;
}

export const isFunctionUrlPath = (path: string): boolean => path.startsWith(FUNCTION_URL_PATH);

/** Whether the CORS configuration of a function URL lets a page of the request's origin call it. */
export function allowsOrigin(
  { store }: Pick<UrlDependencies, 'store'>,
  { path, headers }: WireRequest,
): boolean {
  const cors = targetOf(store, path)?.config.cors;
  return corsHeaders(cors, headers)['access-control-allow-origin'] !== undefined;
}

/** Answers a request to a function URL. */
export async function serveFunctionUrl(
  dependencies: UrlDependencies,
  request: WireRequest,
): Promise<WireResponse> {
  const target = targetOf(dependencies.store, request.path);
  if (!target) {
    const unknown = refusal(null, request);
    return { ...unknown, headers: { ...unknown.headers, 'x-amzn-errortype': 'AccessDeniedException' } };
  }
  const { found, alias, config } = target;
  if (urlConfigOf(found, alias) === undefined) return refusal('Forbidden', request);
  const { cors } = config;
  const shared = corsHeaders(cors, request.headers);
  if (cors && isPreflight(cors, request.method, request.headers)) {
    return { status: 200, headers: { ...shared, ...preflightHeaders(cors) } };
  }
  try {
    // Faults meant for Invoke strike calls by URL too.
    await request.before?.('Invoke', { FunctionName: found.name });
    const answer = await call(dependencies, target, request);
    return sandboxed({ ...answer, headers: { ...answer.headers, ...shared } }, request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { status, message, details } = error;
    const body = JSON.stringify({ ...details, message });
    return { status, headers: { 'content-type': 'application/json', ...shared }, body };
  }
}

/** What a function answers to a browser's navigation must not act as the origin of the emulator. */
function sandboxed(response: WireResponse, request: WireRequest): WireResponse {
  const sandbox = sandboxHeaders(request);
  if (!sandbox) return response;
  const own = response.headers?.['content-security-policy'];
  const policies = [own, sandbox['content-security-policy']].filter((policy) => policy !== undefined);
  const policy = { 'content-security-policy': policies.join(', ') };
  return { ...response, headers: { ...response.headers, ...sandbox, ...policy } };
}

const isByHost = (host: string): boolean => functionUrlPath(host, '/') !== undefined;

function targetOf(store: FunctionStore, path: string): Target | undefined {
  const rest = path.slice(FUNCTION_URL_PATH.length);
  const slash = rest.indexOf('/');
  const urlId = slash < 0 ? rest : rest.slice(0, slash);
  for (const found of store.list()) {
    for (const [alias, config] of Object.entries(found.urlConfigs)) {
      if (config.urlId === urlId) {
        return { found, alias, config, rawPath: slash < 0 ? '/' : rest.slice(slash) };
      }
    }
  }
  return undefined;
}

function refusal(
  message: string | null,
  request: WireRequest,
  headers: { [name: string]: string } = {},
): WireResponse {
  return {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': request.requestId, ...headers },
    body: JSON.stringify({ Message: message }),
  };
}

/**
 * AWS_IAM takes signed calls only. Where policies are enforced, NONE needs a statement of the function's own policy that
 * allows every caller.
 */
function mayCall({ env, permissions }: UrlDependencies, target: Target, request: WireRequest): boolean {
  const { found, alias, config } = target;
  const resource = functionArn(env, found.name, alias === '' ? undefined : alias);
  const call = {
    action: 'lambda:InvokeFunctionUrl',
    resource,
    context: { 'lambda:FunctionUrlAuthType': config.authType },
  };
  // The function's own policy counts with its conditions and denials, as on AWS.
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: found.policies[alias] ?? [] });
  if (config.authType === 'NONE') {
    return (
      !permissions.isEnforced ||
      permissions.refusal({ ...request.caller, accessKeyId: ANONYMOUS }, call, false, { policy }) ===
        undefined
    );
  }
  const { caller } = request;
  return (
    caller.accessKeyId !== ANONYMOUS && permissions.refusal(caller, call, false, { policy }) === undefined
  );
}

async function call(
  dependencies: UrlDependencies,
  target: Target,
  request: WireRequest,
): Promise<WireResponse> {
  const { env, invoker } = dependencies;
  const { found, alias, config, rawPath } = target;
  const limitBytes = env.limits.lambdaSyncPayloadBytes;
  const body = await readBody(request.body, limitBytes, () => requestTooLarge(limitBytes, 'InvokeFunction'));
  if (config.authType === 'AWS_IAM' && request.caller.accessKeyId !== 'anonymous') {
    // The client signed the path that it sent.
    const signed = isByHost(request.host) ? { ...request, path: rawPath } : request;
    dependencies.access.authenticate(signed, body);
  }
  if (!mayCall(dependencies, target, request))
    return refusal('Forbidden', request, corsHeaders(config.cors, request.headers));
  const event = urlEvent(request, body, {
    urlId: config.urlId,
    region: env.region,
    rawPath,
    requestId: request.requestId,
    nowMs: env.clock.nowMs(),
    ...(config.authType === 'AWS_IAM' ? { caller: callerOf(dependencies, request) } : {}),
  });
  const invocation: CalledInvocation = {
    functionName: found.name,
    ...(alias === '' ? {} : { qualifier: alias }),
    payload: JSON.stringify(event),
    requestId: request.requestId,
  };
  const headers = { 'x-amzn-requestid': request.requestId };
  if (config.invokeMode === 'RESPONSE_STREAM') return stream(invoker, invocation, headers);
  const result = await invoker.invoke(invocation);
  const isPrelude = result.streamedAs === PRELUDE_TYPE;
  if (result.functionError !== undefined) return withHeaders(badGateway(), headers);
  const whole = isPrelude ? new PreludeReader().push(Buffer.from(result.payload)) : undefined;
  return withHeaders(whole ?? responseOf(result.payload), headers);
}

function callerOf({ env, sessions }: UrlDependencies, request: WireRequest) {
  const { accessKeyId: accessKey } = request.caller;
  const { arn, userId } = sessions.identityOf(accessKey);
  return { accessKey, accountId: env.accountId, callerId: userId, userArn: arn };
}

const withHeaders = (response: UrlResponse, headers: { [name: string]: string }): WireResponse => ({
  ...response,
  headers: { ...response.headers, ...headers },
});

/** The body as the function writes it; its prelude, if it has one, gives status and headers. */
async function stream(
  invoker: Invoker,
  invocation: CalledInvocation,
  headers: { [name: string]: string },
): Promise<WireResponse> {
  const outcome = await streamResponse(invoker, invocation, {
    chunk: (bytes) => bytes,
    end: () => undefined,
  });
  if (outcome.kind === 'whole') {
    const { result } = outcome;
    return withHeaders(
      result.functionError === undefined ? responseOf(result.payload) : badGateway(),
      headers,
    );
  }
  const { body, contentType } = outcome;
  if (contentType !== PRELUDE_TYPE) {
    return { status: 200, headers: { 'content-type': contentType, ...headers }, body };
  }
  const prelude = new PreludeReader();
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const head = prelude.push(chunk);
    if (!head) continue;
    const rest = new PassThrough();
    rest.write(head.body);
    body.on('error', (error) => rest.destroy(error));
    rest.on('close', () => body.destroy());
    body.pipe(rest);
    return { status: head.status, headers: { ...head.headers, ...headers }, body: rest };
  }
  return withHeaders(badGateway(), headers);
}

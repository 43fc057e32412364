/** Invocations as callers make them: which version, may it run now, and what comes back. */

import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { jsonFaultOf, parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import { sourceLocation } from '../../../../core/json-syntax.ts';
import type { InvokeRequest, InvokeResult, PermissionsPort, ServiceEnvironment } from '../../ports.ts';
import { invalidParameter, requestTooLarge, resourceConflict } from '../errors.ts';
import { functionArn, functionReference } from '../function-name.ts';
import { invokeCalls, policyText } from '../permissions.ts';
import { type FunctionVersion, type LambdaFunction, own } from '../store/entities.ts';
import type { FunctionStore } from '../store/function-store.ts';
import type { AsyncQueue } from './async-queue.ts';
import type { Concurrency } from './concurrency.ts';
import type { FunctionMetrics, MeteredTarget } from './function-metrics.ts';
import {
  type CalledInvocation,
  type InvocationPlace,
  type InvocationResult,
  runInvocation,
} from './run-invocation.ts';
import { MAX_RUNS_IN_CHAIN, type Trace, traceOf } from './trace-header.ts';

const MAX_CLIENT_CONTEXT_BYTES = 3583;

export interface Invoker {
  invoke(request: CalledInvocation): Promise<InvokeResult & { streamedAs?: string }>;
}

export interface InvokerPorts {
  env: ServiceEnvironment;
  store: FunctionStore;
  concurrency: Concurrency;
  metrics: FunctionMetrics;
  place: InvocationPlace;
  asyncQueue: AsyncQueue;
  permissions: PermissionsPort;
  /** The version that invocations of a version run. */
  serving(found: LambdaFunction, version: FunctionVersion): FunctionVersion;
}

export function createInvoker(ports: InvokerPorts): Invoker {
  const { env, concurrency, metrics, place, asyncQueue } = ports;

  const runNow = async (
    request: CalledInvocation,
    target: Target,
    requestId: string,
  ): Promise<InvocationResult> => {
    const { found, version } = target;
    const trace = traceIn(env, request, target);
    const metered = {
      functionName: found.name,
      qualifier: target.qualifier,
      executedVersion: version.version,
    };
    const leave = enter(ports, metered);
    request.onStart?.();
    const concurrent = concurrency.running(found.name);
    const release = env.clock.hold();
    try {
      const runWith = (payload: string) =>
        runInvocation(place, {
          requestId,
          functionName: found.name,
          functionArn: functionArn(env, found.name, target.qualifier),
          version,
          current: () => currentVersion(ports, found.name, version.version),
          payload,
          traceId: trace.header,
          ...(request.sink === undefined ? {} : { sink: request.sink }),
          isNested:
            request.callerAccessKeyId !== undefined &&
            place.pool.callerOf(request.callerAccessKeyId) !== undefined,
          ...(request.clientContext === undefined
            ? {}
            : { clientContext: decodeContext(request.clientContext) }),
        });
      const result = place.boundary
        ? await place.boundary.around(found.name, request.payload, runWith)
        : await runWith(request.payload);
      metrics.ended(metered, { ...result, concurrent });
      return result;
    } finally {
      leave();
      // Before time may pass: events that wait come first.
      asyncQueue.onExecutionEnded();
      release();
    }
  };

  return {
    async invoke(request) {
      const type = request.invocationType ?? 'RequestResponse';
      authorizeRole(env, ports.permissions, request);
      const target = resolveTarget(ports, request);
      authorizeService(ports, request, target);
      const requestId = request.requestId ?? uuid(env.random);
      request.onRequestId?.(requestId);
      checkPayload(env, request, type);
      checkLoop(env, request, target);
      const { version } = target.version;
      if (type === 'DryRun') return { statusCode: 204, payload: '', executedVersion: version, requestId };
      checkActive(target.version);
      if (type === 'Event') {
        asyncQueue.add({ request, functionName: target.found.name, qualifier: target.qualifier, requestId });
        return { statusCode: 202, payload: '', executedVersion: version, requestId };
      }
      const running = runNow(request, target, requestId);
      const result = await orAborted(running, request.signal);
      return {
        statusCode: 200,
        payload: result.payload,
        executedVersion: version,
        requestId,
        ...(result.isError ? { functionError: 'Unhandled' } : {}),
        ...(request.logTail ? { logResult: result.log.encoded() } : {}),
        ...(result.streamedAs === undefined ? {} : { streamedAs: result.streamedAs }),
      };
    },
  };
}

/** @throws AwsError TooManyRequestsException */
function enter({ concurrency, metrics }: InvokerPorts, metered: MeteredTarget): () => void {
  try {
    return concurrency.enter(metered.functionName, metered.executedVersion);
  } catch (error) {
    metrics.throttled(metered);
    throw error;
  }
}

/** Callers over HTTP were asked by the request pipeline already. @throws AwsError AccessDeniedException */
function authorizeRole(
  env: ServiceEnvironment,
  permissions: PermissionsPort,
  { callerRoleArn: roleArn, functionName, qualifier }: CalledInvocation,
): void {
  if (roleArn === undefined) return;
  for (const call of invokeCalls(env, { FunctionName: functionName, Qualifier: qualifier })) {
    const refusal = permissions.refusal({ roleArn }, call);
    if (refusal !== undefined) throw new AwsError('AccessDeniedException', refusal, 403);
  }
}

/** @throws AwsError AccessDeniedException unless the function's policy lets the calling service in */
function authorizeService(
  { env, permissions }: InvokerPorts,
  { callingService: by, functionName, qualifier }: CalledInvocation,
  target: Target,
): void {
  if (by === undefined) return;
  const policy = policyText(own(target.found.policies, target.qualifier ?? '') ?? []);
  const calls = invokeCalls(env, { FunctionName: functionName, Qualifier: qualifier });
  if (calls.every((call) => permissions.allowsService(policy, by, call))) return;
  throw new AwsError(
    'AccessDeniedException',
    `${by.service} is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action`,
    403,
  );
}

interface Target {
  found: LambdaFunction;
  version: FunctionVersion;
  qualifier: string | undefined;
}

function resolveTarget({ env, store, serving }: InvokerPorts, request: CalledInvocation): Target {
  const reference = functionReference({ FunctionName: request.functionName, Qualifier: request.qualifier });
  const found = store.get(reference);
  const alias = own(found.aliases, reference.qualifier ?? '');
  const routed = alias ? routedVersion(alias, env.random.next()) : undefined;
  const version = store.version(routed === undefined ? reference : { ...reference, qualifier: routed });
  return { found, version: serving(found, version), qualifier: reference.qualifier };
}

/** A weighted alias sends its share to each version, the rest to the main one. */
function routedVersion(
  alias: { functionVersion: string; additionalVersionWeights: { [version: string]: number } },
  draw: number,
): string {
  let left = draw;
  for (const [version, weight] of Object.entries(alias.additionalVersionWeights)) {
    if (left < weight) return version;
    left -= weight;
  }
  return alias.functionVersion;
}

function currentVersion(
  { store, serving }: InvokerPorts,
  name: string,
  version: string,
): FunctionVersion | undefined {
  const found = store.find(name);
  if (!found) return undefined;
  return version === '$LATEST'
    ? serving(found, found.latest)
    : found.published.find((one) => one.version === version);
}

/** @throws AwsError ResourceConflictException */
function checkActive({ state }: FunctionVersion): void {
  if (state === 'Active') return;
  throw resourceConflict(
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
  );
}

function checkPayload(
  env: ServiceEnvironment,
  request: CalledInvocation,
  type: NonNullable<InvokeRequest['invocationType']>,
): void {
  const limitBytes =
    type === 'Event' ? env.limits.lambdaAsyncPayloadBytes : env.limits.lambdaSyncPayloadBytes;
  if (Buffer.byteLength(request.payload) > limitBytes) throw requestTooLarge(limitBytes, 'InvokeFunction');
  if (Buffer.byteLength(request.clientContext ?? '') > MAX_CLIENT_CONTEXT_BYTES) {
    throw invalidParameter('Client context must be no longer than 3583 bytes.');
  }
  const fault = jsonFaultOf(request.payload);
  if (fault) {
    const location = sourceLocation(request.payload, fault.offset, 'byte[]');
    throw new AwsError(
      'InvalidRequestContentException',
      // https://github.com/podaac/hydrocron/issues/64 quotes the whole sentence.
      `Could not parse request body into json: Could not parse payload into json: ${fault.message}\n at ${location}`,
      400,
      { details: { Type: 'User' } },
    );
  }
}

function decodeContext(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  try {
    JSON.parse(text);
    // As a header it has to be on one line.
    return printJson(parseJson(text));
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}

function traceIn(env: ServiceEnvironment, request: CalledInvocation, { found, version }: Target): Trace {
  return traceOf({
    incoming: request.traceHeader,
    functionArn: functionArn(env, found.name),
    isActive: version.tracingMode === 'Active',
    nowMs: env.clock.nowMs(),
    random: env.random,
  });
}

/** @throws AwsError RecursiveInvocationException */
function checkLoop(env: ServiceEnvironment, request: CalledInvocation, target: Target): void {
  // Only calls from within functions have a lineage.
  if (request.traceHeader === undefined || target.found.recursiveLoop === 'Allow') return;
  if (traceIn(env, request, target).runsBefore < MAX_RUNS_IN_CHAIN) return;
  throw new AwsError(
    'RecursiveInvocationException',
    "Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your function's invocation.",
    400,
    { details: { Type: 'User' } },
  );
}

/** The result, or the signal's reason if that comes first; the function runs on. */
function orAborted<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return running;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

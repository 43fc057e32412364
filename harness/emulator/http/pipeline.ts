/**
 * The one way of a request to a service, whatever its protocol:
 *
 *     route -> origin check -> authenticate -> parse -> authorize -> validate -> inject faults -> handle -> render
 *
 * Routing and the origin check are the listener's (`server.ts`); everything from `authenticate` on is here. No
 * operation can be reached around it. Errors of every kind leave in the client's protocol with a request id.
 */
import { AwsError } from '../../core/errors.ts';
import type { ServiceState } from '../state/service-state.ts';
import type { AccessControl, AuthorizationRules, ResourceGuard } from './access.ts';
import type { Codec, OperationMatch } from './codecs/codec.ts';
import type { Adjustments, ServiceModel } from './model/service-model.ts';
import { type Violation, validationMessage, violationsOf } from './model/validate.ts';
import type { Operation } from './operation.ts';
import { isCompressed, readBody, unpackBody } from './read-body.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from './wire.ts';

/** AWS's codes and texts of one service for what the pipeline itself refuses. */
export interface PipelineErrors {
  /** An input that breaks constraints; `message` lists all of them. Left out: the service checks its input itself (S3). */
  validation?(message: string, violations: readonly Violation[], operation: string): AwsError;
  /** A caller that policies do not allow the call. */
  denied(message: string): AwsError;
  /** A failure of the emulator itself. Its cause is in the log, never in the answer. */
  internal(): AwsError;
  /** An operation that AWS has and this emulator does not serve. */
  notServed?(operation: string): AwsError;
}

/** What one service alone needs in the pipeline; S3: CORS and the region of buckets. */
export interface ServiceHook {
  /** Sees every request before it is authenticated; a response ends it here. @throws AwsError */
  before?(request: WireRequest): WireResponse | undefined;
  /** Sees every request once its caller is known. @throws AwsError */
  authenticated?(request: WireRequest): WireRequest;
  /** Sees the error of an authenticated call. @returns the error that is sent */
  explain?(error: unknown, request: WireRequest, match: OperationMatch): unknown;
  /** Sees every answer last. */
  after?(request: WireRequest, response: WireResponse): WireResponse;
}

export interface PipelineOptions<C> {
  name: ServiceName;
  model: ServiceModel;
  /** The first that accepts a request speaks to its client; the last takes the rest. */
  codecs: readonly Codec[];
  operations: readonly Operation<C>[];
  context: C;
  access: AccessControl;
  errors: PipelineErrors;
  /** Bytes of a body at most, unpacked. */
  maxBodyBytes: number;
  /** Resource policies of the service: what guards the resource of a call. */
  guardOf?: ResourceGuard;
  hook?: ServiceHook;
  /** See `Service.permitsCrossOrigin`. */
  permitsCrossOrigin?(request: WireRequest): boolean;
  /** What the service keeps: an answer waits until it is durable. */
  state?: Pick<ServiceState, 'isSynced' | 'synced' | 'reportFailure'>;
  log(line: string): void;
  stop?(): Promise<void>;
}

/** A service whose every operation runs through the pipeline. */
export function createPipelineService<C>(options: PipelineOptions<C>): Service {
  const byName = new Map(options.operations.map((operation) => [operation.name, operation]));
  const authorization = { denied: options.errors.denied, guardOf: options.guardOf };
  const service: PipelineService<C> = { ...options, byName, authorization };
  const codecOf = (request: WireRequest): Codec =>
    options.codecs.find((one) => one.accepts(request)) ?? options.codecs.at(-1)!;
  return {
    name: options.name,
    operations: [...byName.keys()],
    stop: options.stop ?? (async () => {}),
    refuse(request, error) {
      const codec = codecOf(request);
      return withHeaders(codec, request, codec.renderError(error, request));
    },
    ...(options.permitsCrossOrigin ? { permitsCrossOrigin: options.permitsCrossOrigin } : {}),
    handle: (request) => serve(service, codecOf(request), request),
  };
}

/** The options of a service, with what is derived from them once. */
interface PipelineService<C> extends PipelineOptions<C> {
  byName: ReadonlyMap<string, Operation<C>>;
  authorization: AuthorizationRules;
}

const EMPTY = Buffer.alloc(0);

/** Every stage of a request after the listener's; in one function, so that most requests wait for their handler alone. */
async function serve<C>(service: PipelineService<C>, codec: Codec, sent: WireRequest): Promise<WireResponse> {
  const { hook, access, byName, context, errors, state } = service;
  let request = sent;
  let match: OperationMatch | undefined;
  let isAuthenticated = false;
  try {
    const ended = hook?.before?.(request);
    if (ended) return finish(service, codec, sent, ended);
    if (codec.matchesEarly) match = codec.match(request, EMPTY);
    const early = match && byName.get(match.name);
    const raw = codec.streamsBody
      ? undefined
      : await readBody(request.body, limitOf(service, early), early?.tooLarge);
    // Of other protocols the body names the operation: it is looked at only where no signature has to cover it.
    const unsigned =
      early ?? (raw && request.signature.kind === 'none' ? named(service, codec, request, raw) : undefined);
    request = access.authenticate(request, raw, unsigned?.isUnsigned);
    isAuthenticated = true;
    if (hook?.authenticated) request = hook.authenticated(request);
    // The signature covers the body as sent.
    const isPacked = raw !== undefined && isCompressed(request);
    const body = isPacked ? await unpackBody(raw, limitOf(service, early), early?.tooLarge) : (raw ?? EMPTY);
    match ??= codec.match(request, body);
    const operation = match && byName.get(match.name);
    if (!match || !operation) {
      const isOfAws = match !== undefined && service.model.operation(match.name) !== undefined;
      throw (isOfAws && errors.notServed?.(match!.name)) || codec.unknownOperation(request);
    }
    const input = codec.decode(request, body, match, service.model) as never;
    if (operation.order === 'validate-first') validate(service, operation, input);
    access.authorize(request, operation.permission(input, context, request), service.authorization);
    if (operation.order !== 'validate-first') validate(service, operation, input);
    if (request.before) await request.before(match.name, match.parameters);
    const handled = operation.handle(context, input, request);
    const output = handled instanceof Promise ? await handled : handled;
    if (state && !state.isSynced) await state.synced();
    const response = operation.render
      ? operation.render(output as never, request)
      : codec.render(match, output, request);
    return finish(service, codec, sent, response);
  } catch (error) {
    const explained = isAuthenticated && match && hook?.explain ? hook.explain(error, request, match) : error;
    return finish(service, codec, sent, renderFailure(service, codec, request, match, explained));
  }
}

/** The operation that the body names, before it is known whether the request needs a signature. */
const named = <C>({ byName }: PipelineService<C>, codec: Codec, request: WireRequest, raw: Buffer) =>
  byName.get(codec.match(request, raw)?.name ?? '');

const limitOf = <C>({ maxBodyBytes }: PipelineService<C>, operation: Operation<C> | undefined): number =>
  operation?.maxBodyBytes ?? maxBodyBytes;

/** The headers that every answer has, and what the service's hook does to it. */
function finish<C>(
  { hook }: PipelineService<C>,
  codec: Codec,
  request: WireRequest,
  response: WireResponse,
): WireResponse {
  const complete = withHeaders(codec, request, response);
  return hook?.after ? hook.after(request, complete) : complete;
}

/** A new object, which the listener may add to: an operation may answer with headers that it keeps. */
const withHeaders = (
  codec: Codec,
  request: WireRequest,
  { status, headers, body }: WireResponse,
): WireResponse => ({
  status,
  headers: Object.assign(codec.headers(request), headers),
  body,
});

/** @throws the error of a client that went away */
function renderFailure<C>(
  { name, errors, state, log }: PipelineService<C>,
  codec: Codec,
  request: WireRequest,
  match: OperationMatch | undefined,
  error: unknown,
): WireResponse {
  if (error instanceof AwsError) return codec.renderError(error, request);
  if (isDisconnect(error)) throw error;
  if (!state?.reportFailure(error)) log(internalErrorLine(name, match?.name, request, error));
  return codec.renderError(errors.internal(), request);
}

function validate<C>(options: PipelineOptions<C>, operation: Operation<C>, input: object): void {
  if (!options.errors.validation) return;
  const violations = violationsOf(options.model, operation.name, input, operation.input as Adjustments);
  if (violations.length > 0) {
    throw options.errors.validation(validationMessage(violations), violations, operation.name);
  }
}

/** The client went away: no answer reaches it. */
export function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return (
    code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR'
  );
}

/** One line that names service, operation, request and cause; the stack follows in the same line. */
export function internalErrorLine(
  service: string,
  operation: string | undefined,
  { requestId, method, path }: Pick<WireRequest, 'requestId' | 'method' | 'path'>,
  error: unknown,
): string {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error in ${service} ${operation ?? `${method} ${path}`} (request ${requestId}): ${cause.replace(/\s*\n\s*/g, ' | ')}`;
}

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
import type { AccessControl, ResourceGuard } from './access.ts';
import type { Codec, OperationMatch } from './codecs/codec.ts';
import type { Adjustments, ServiceModel } from './model/service-model.ts';
import { type Violation, validationMessage, violationsOf } from './model/validate.ts';
import type { Operation } from './operation.ts';
import { readBody, unpackBody } from './read-body.ts';
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
  before?(request: WireRequest): WireRequest | WireResponse;
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
  const operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  const codecOf = (request: WireRequest): Codec =>
    options.codecs.find((one) => one.accepts(request)) ?? options.codecs.at(-1)!;
  return {
    name: options.name,
    operations: [...operations.keys()],
    stop: options.stop ?? (async () => {}),
    refuse(request, error) {
      const codec = codecOf(request);
      const response = codec.renderError(error, request);
      return { ...response, headers: { ...codec.headers(request), ...response.headers } };
    },
    ...(options.permitsCrossOrigin ? { permitsCrossOrigin: options.permitsCrossOrigin } : {}),
    async handle(request) {
      const codec = codecOf(request);
      const response = await answer(options, operations, codec, request);
      const complete = { ...response, headers: { ...codec.headers(request), ...response.headers } };
      return options.hook?.after ? options.hook.after(request, complete) : complete;
    },
  };
}

const EMPTY = Buffer.alloc(0);

async function answer<C>(
  options: PipelineOptions<C>,
  operations: ReadonlyMap<string, Operation<C>>,
  codec: Codec,
  sent: WireRequest,
): Promise<WireResponse> {
  const { hook, access, errors } = options;
  let request = sent;
  let match: OperationMatch | undefined;
  let isAuthenticated = false;
  const named = (raw: Buffer) => operations.get(codec.match(request, raw)?.name ?? '');
  try {
    const admitted = hook?.before ? hook.before(request) : request;
    if ('status' in admitted) return admitted;
    request = admitted;
    if (codec.matchesEarly) match = codec.match(request, EMPTY);
    const early = match && operations.get(match.name);
    const limitBytes = early?.maxBodyBytes ?? options.maxBodyBytes;
    const tooLarge = early?.tooLarge && (() => early.tooLarge!(limitBytes));
    const raw = codec.streamsBody ? undefined : await readBody(request.body, limitBytes, tooLarge);
    // Of other protocols the body names the operation: it is looked at only where no signature has to cover it.
    const unsigned = early ?? (request.signature.kind === 'none' && raw ? named(raw) : undefined);
    request = await access.authenticate(request, {
      body: raw,
      ...(unsigned?.isUnsigned ? { isUnsigned: true } : {}),
    });
    isAuthenticated = true;
    if (hook?.authenticated) request = hook.authenticated(request);
    // The signature covers the body as sent.
    const body = raw === undefined ? EMPTY : await unpackBody(request, raw, limitBytes, tooLarge);
    match ??= codec.match(request, body);
    const operation = match && operations.get(match.name);
    if (!match || !operation) {
      const isOfAws = match !== undefined && options.model.operation(match.name) !== undefined;
      throw (isOfAws && errors.notServed?.(match!.name)) || codec.unknownOperation(request);
    }
    const input = codec.decode(request, body, match, options.model) as never;
    if (operation.order === 'validate-first') validate(options, operation, input);
    access.authorize(request, operation.permission(input, options.context, request), {
      denied: errors.denied,
      ...(options.guardOf ? { guardOf: options.guardOf } : {}),
    });
    if (operation.order !== 'validate-first') validate(options, operation, input);
    if (request.before) await request.before(match.name, match.parameters);
    const output = await operation.handle(options.context, input, request);
    if (options.state && !options.state.isSynced) await options.state.synced();
    return operation.render
      ? operation.render(output as never, request)
      : codec.render(match, output, request);
  } catch (error) {
    const explained = isAuthenticated && match && hook?.explain ? hook.explain(error, request, match) : error;
    if (explained instanceof AwsError) return codec.renderError(explained, request);
    if (isDisconnect(explained)) throw explained;
    if (options.state?.reportFailure(explained)) return codec.renderError(errors.internal(), request);
    options.log(internalErrorLine(options.name, match?.name, request, explained));
    return codec.renderError(errors.internal(), request);
  }
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

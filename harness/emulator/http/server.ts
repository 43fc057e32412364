/**
 * The emulator's one listener: owns the sockets, routes a request to its service and checks its origin. The rest of
 * a request's way is the service's pipeline (`pipeline.ts`).
 *
 * Invariants: it listens on loopback unless told otherwise; a request that fails inside a service is answered
 * with AWS's InternalFailure and never takes the server down; `stop` ends every connection.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as SocketServer } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError, ExitCode, HarnessError } from '../../core/errors.ts';
import { uuid } from '../../core/ids.ts';
import type { Random } from '../../core/random.ts';
import { ANONYMOUS, type RequestSignature, readSignature } from './caller/signature.ts';
import {
  functionUrlPath,
  functionUrlRegion,
  isCrossOrigin,
  isOwnHost,
  type OriginRules,
  virtualBucket,
} from './host-and-origin.ts';
import { internalErrorLine, isDisconnect } from './pipeline.ts';
import { type RoutedService, serviceRouter } from './routing.ts';
import type { Caller, Service, ServiceName, WireRequest, WireResponse } from './wire.ts';

/** Headers of one request; S3 allows 2 KB of metadata plus system headers. */
const MAX_HEADER_BYTES = 32 * 1024;
/** A client that sends its headers slower than this is cut off. */
const HEADERS_TIMEOUT_MS = 20_000;
/** Characters. */
const LONG_TEXT = 64 * 1024;

export interface HttpServerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Region of requests that name none. */
  region: string;
  random: Random;
  origin: Omit<OriginRules, 'bindHost'>;
  /** The services that requests are routed to. */
  services: readonly RoutedService[];
  /** A service of the caller's account and region; a promise while it opens or its state is exchanged. */
  open(name: ServiceName, caller: Caller): Service | Promise<Service>;
  /** The account that an access key belongs to. */
  accountOf(accessKeyId: string): string;
  /** Answers paths of the emulator's own (`/_cosmicai/...`, `/_localstack/health`), or nothing. */
  internal: (request: WireRequest) => WireResponse | Promise<WireResponse> | undefined;
  /** Serves HTTPS beside HTTP, on the same port. */
  tls?: { key: string; cert: string } | undefined;
  log(line: string): void;
}

/** What serves a request: the options, with what is derived from them once. */
interface Listener extends HttpServerOptions {
  rules: OriginRules;
  route: ReturnType<typeof serviceRouter>;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts listening. A port in use is a HarnessError `port-in-use` (exit code 3). */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const listener: Listener = {
    ...options,
    rules: { ...options.origin, bindHost: options.host },
    route: serviceRouter(options.services),
  };
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void serve(listener, incoming, outgoing);
  const plain = withContinue(createServer(SERVER_OPTIONS, handle), handle);
  const either = options.tls && (await withTls(plain, options.tls, handle));
  const server = either?.server ?? plain;
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    host: options.host,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        either?.stop();
        plain.closeAllConnections();
      }),
  };
}

const SERVER_OPTIONS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: 0,
  keepAliveTimeout: 60_000,
  noDelay: true,
};

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** The AWS CLI and boto3 send Expect: 100-continue on uploads. */
function withContinue(server: Server, handle: Handle): Server {
  return server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeContinue();
    handle(incoming, outgoing);
  });
}

async function withTls(plain: Server, identity: { key: string; cert: string }, handle: Handle) {
  const [{ createServer: createSecureServer }, { eitherServer }] = await Promise.all([
    import('node:https'),
    import('./tls/either-server.ts'),
  ]);
  const secure = withContinue(createSecureServer({ ...SERVER_OPTIONS, ...identity }, handle), handle);
  return eitherServer(plain, secure);
}

function listen(server: SocketServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return reject(error);
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : 'may not be opened by this user';
      reject(
        new HarnessError('port-in-use', `Port ${port} on ${host} ${why}.`, {
          exitCode: ExitCode.environmentFailed,
          remedy: 'Stop the other program, or choose another port with --port (0 takes any free one).',
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function serve(listener: Listener, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const requestId = uuid(listener.random);
  try {
    const response = await dispatch(listener, toWireRequest(listener, incoming, requestId));
    await send(response, incoming, outgoing);
  } catch (error) {
    if (!isDisconnect(error)) {
      const request = { requestId, method: incoming.method ?? '', path: incoming.url ?? '' };
      listener.log(internalErrorLine('the listener', undefined, request, error));
    }
    if (outgoing.headersSent || outgoing.destroyed) {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(500, {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': 'InternalFailure',
    });
    outgoing.end(JSON.stringify({ __type: 'InternalFailure', message: INTERNAL_FAILURE }));
  }
}

const INTERNAL_FAILURE =
  'The request processing has failed because of an unknown error, exception or failure.';

/** Shared by all requests without a query: queries are never modified. */
const NO_QUERY = new URLSearchParams();

function toWireRequest(listener: Listener, incoming: IncomingMessage, requestId: string): WireRequest {
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  const rawQuery = question < 0 ? '' : url.slice(question + 1);
  const query = rawQuery === '' ? NO_QUERY : new URLSearchParams(rawQuery);
  const rawPath = question < 0 ? url : url.slice(0, question);
  // Only Set-Cookie is ever an array, and no AWS request carries one.
  const headers = incoming.headers as { readonly [name: string]: string | undefined };
  const host = headers['host'] ?? '';
  const urlPath = functionUrlPath(host, rawPath);
  const bucket = urlPath === undefined ? virtualBucket(host) : undefined;
  const region = functionUrlRegion(host) ?? listener.region;
  const { signature, caller } = callerOf({ headers, query }, { region, accountOf: listener.accountOf });
  caller.sourceIp = plainAddress(incoming.socket.remoteAddress);
  return {
    method: incoming.method ?? 'GET',
    path: urlPath ?? (bucket === undefined ? rawPath : `/${bucket}${rawPath}`),
    query,
    rawQuery,
    headers,
    body: incoming,
    signingNames: undefined,
    signature,
    caller,
    requestId,
    host,
    reset: () => incoming.socket.resetAndDestroy(),
  };
}

/** The signature of a request, and the caller it names; an unreadable one names no caller. */
export function callerOf(
  request: Pick<WireRequest, 'headers' | 'query'>,
  defaults: { region: string; accountOf(accessKeyId: string): string },
): { signature: RequestSignature; caller: Caller } {
  const signature = readSignature(request);
  const isRead = signature.kind === 'v4' || signature.kind === 'v2';
  const accessKeyId = isRead ? signature.accessKeyId : ANONYMOUS;
  const accountId = defaults.accountOf(accessKeyId);
  const region = signature.kind === 'v4' && signature.region !== '' ? signature.region : defaults.region;
  const service = signature.kind === 'v4' ? signature.service : signature.kind === 'v2' ? 's3' : '';
  return { signature, caller: { accessKeyId, accountId, region, service, sourceIp: undefined } };
}

/** A listener for IPv6 sees IPv4 clients as `::ffff:127.0.0.1`. */
const plainAddress = (address: string | undefined): string | undefined =>
  address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;

/** Not async: a request for a service that is open waits for nothing before the service's pipeline. */
function dispatch(
  { rules, route: routeOf, internal: internalPage, open }: Listener,
  request: WireRequest,
): WireResponse | Promise<WireResponse> {
  if (!isOwnHost(request.host, rules)) return refuseHost(request);
  const internal = request.path.startsWith('/_') ? internalPage(request) : undefined;
  if (internal) return internal;
  const route = routeOf(request);
  const isForeign = isCrossOrigin(request, rules);
  if ('notServed' in route) {
    if (isForeign) return refuseOrigin(undefined, request);
    return import('./not-served.ts').then(({ answerNotServed }) => answerNotServed(route.notServed, request));
  }
  request.signingNames = route.service.signingNames;
  const handle = (service: Service) =>
    isForeign && !service.permitsCrossOrigin?.(request)
      ? refuseOrigin(service, request)
      : service.handle(request);
  const service = open(route.service.name, request.caller);
  return service instanceof Promise ? service.then(handle) : handle(service);
}

/** A host name that is not this server's: a page may have rebound it to reach the local AWS. */
function refuseHost({ host, requestId }: WireRequest): WireResponse {
  const message = `The host name ${host.slice(0, 255)} does not belong to this server. Start it with --host-name ${host.replace(/:\d+$/, '').slice(0, 255)} to accept it.`;
  return {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify({ __type: 'AccessDenied', message }),
  };
}

function refuseOrigin(service: Service | undefined, request: WireRequest): WireResponse {
  const origin = request.headers['origin'] ?? 'another origin';
  const error = new AwsError(
    'AccessDenied',
    `Pages of ${origin} may not call this server. Allow them by a CORS configuration, or start it with --allow-origin.`,
    403,
  );
  const { code, message } = error;
  return (
    service?.refuse?.(request, error) ?? {
      status: 403,
      headers: { 'content-type': 'application/json', 'x-amzn-requestid': request.requestId },
      body: JSON.stringify({ __type: code, message }),
    }
  );
}

/** @returns once a streamed body has been sent; of any other it is not waited for */
function send(
  response: WireResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> | undefined {
  const { body, headers = {} } = response;
  // What a service did not read of the body must not be taken for the next request on this connection.
  if (!incoming.complete) {
    headers['connection'] = 'close';
    incoming.resume();
  }
  if (body instanceof Readable) {
    outgoing.writeHead(response.status, headers);
    return pipeline(body, outgoing);
  }
  // A short text goes out as one with the headers; a long one is encoded once, and not put behind them first.
  const sent = typeof body === 'string' && body.length > LONG_TEXT ? Buffer.from(body) : body;
  if (sent !== undefined)
    headers['content-length'] ??= typeof sent === 'string' ? Buffer.byteLength(sent) : sent.byteLength;
  else if (response.status !== 204 && response.status !== 304 && incoming.method !== 'HEAD')
    headers['content-length'] ??= 0;
  outgoing.writeHead(response.status, headers);
  outgoing.end(sent);
  return undefined;
}

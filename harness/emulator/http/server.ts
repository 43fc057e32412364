/**
 * The emulator's one listener. Owns the sockets; knows nothing of any service.
 *
 * Invariants: it listens on loopback unless told otherwise; a request that fails inside a service is answered
 * with AWS's InternalFailure and never takes the server down; `stop` ends every connection.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { uuid } from '../../core/ids.ts';
import type { Random } from '../../core/random.ts';
import { functionUrlPath } from './function-url-host.ts';
import { callerOf, routeService, virtualBucket } from './route-service.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from './wire.ts';

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
  region: string;
  random: Random;
  /** The services by name, which may take time to open; a request for one that is absent is answered 501. */
  services: { get(name: ServiceName): Service | undefined | Promise<Service> };
  /** Requests to services wait for it, while their state is exchanged. */
  ready?: () => Promise<void>;
  /** Answers paths of the emulator's own (`/_cosmicai/...`, `/_localstack/health`), or nothing. */
  internal: (request: WireRequest) => WireResponse | Promise<WireResponse> | undefined;
  onInternalError: (error: unknown, request: { method: string; path: string }) => void;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts listening. A port in use is a HarnessError `port-in-use` (exit code 3). */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0,
      keepAliveTimeout: 60_000,
      noDelay: true,
    },
    (incoming, outgoing) => void serve(options, incoming, outgoing),
  );
  // The AWS CLI and boto3 send Expect: 100-continue on uploads.
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeContinue();
    void serve(options, incoming, outgoing);
  });
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    host: options.host,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
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

async function serve(
  options: HttpServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const requestId = uuid(options.random);
  try {
    const request = toWireRequest(options, incoming, requestId);
    await send(await dispatch(options, request), incoming, outgoing);
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) {
      outgoing.destroy();
      if (!isDisconnect(error))
        options.onInternalError(error, { method: incoming.method ?? '', path: incoming.url ?? '' });
      return;
    }
    if (!isDisconnect(error))
      options.onInternalError(error, { method: incoming.method ?? '', path: incoming.url ?? '' });
    outgoing.writeHead(500, {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': 'InternalFailure',
    });
    outgoing.end(
      JSON.stringify({
        __type: 'InternalFailure',
        message: 'The request processing has failed because of an unknown error, exception or failure.',
      }),
    );
  }
}

function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return (
    code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR'
  );
}

function toWireRequest(
  options: HttpServerOptions,
  incoming: IncomingMessage,
  requestId: string,
): WireRequest {
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  const rawQuery = question < 0 ? '' : url.slice(question + 1);
  const query = new URLSearchParams(rawQuery);
  const rawPath = question < 0 ? url : url.slice(0, question);
  // Only Set-Cookie is ever an array, and no AWS request carries one.
  const headers = incoming.headers as { readonly [name: string]: string | undefined };
  const host = headers['host'] ?? '';
  const urlPath = functionUrlPath(host, rawPath);
  const bucket = urlPath === undefined ? virtualBucket(host) : undefined;
  const { remoteAddress } = incoming.socket;
  return {
    method: incoming.method ?? 'GET',
    path: urlPath ?? (bucket === undefined ? rawPath : `/${bucket}${rawPath}`),
    query,
    rawQuery,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    headers,
    body: incoming,
    caller: callerOf(headers, query, options.region),
    requestId,
    host,
    reset: () => incoming.socket.resetAndDestroy(),
  };
}

async function dispatch(options: HttpServerOptions, request: WireRequest): Promise<WireResponse> {
  const internal = options.internal(request);
  if (internal) return internal;
  const name = routeService(request);
  await options.ready?.();
  const service = await options.services.get(name);
  return service
    ? service.handle(request)
    : {
        status: 501,
        body: JSON.stringify({ __type: 'NotImplemented', message: `Service ${name} is not served.` }),
      };
}

async function send(
  response: WireResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { body } = response;
  const headers: { [name: string]: string | number | string[] } = { ...response.headers };
  // What a service did not read of the body must not be taken for the next request on this connection.
  if (!incoming.complete) {
    headers['connection'] = 'close';
    incoming.resume();
  }
  if (body instanceof Readable) {
    outgoing.writeHead(response.status, headers);
    await pipeline(body, outgoing);
    return;
  }
  // A short text goes out as one with the headers; a long one is encoded once, and not put behind them first.
  const sent = typeof body === 'string' && body.length > LONG_TEXT ? Buffer.from(body) : body;
  if (sent !== undefined)
    headers['content-length'] ??= typeof sent === 'string' ? Buffer.byteLength(sent) : sent.byteLength;
  else if (response.status !== 204 && response.status !== 304 && incoming.method !== 'HEAD')
    headers['content-length'] ??= 0;
  outgoing.writeHead(response.status, headers);
  outgoing.end(sent);
}

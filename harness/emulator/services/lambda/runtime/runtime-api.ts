/**
 * The Lambda Runtime API of one execution environment: a loopback listener that one process talks to.
 * Owns the listener and the pending `next` request; knows nothing of processes, logs or limits.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Extensions } from './extensions.ts';

const API = '/2018-06-01/runtime';
/** Six MB and a little: what AWS's error text names. */
const MAX_RESPONSE_BYTES = 6_291_556;
/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_STREAMED_BYTES = 200 * 1024 * 1024;

/** Takes a streamed response as the function writes it. Neither method throws. */
export interface ResponseSink {
  begin(contentType: string): void;
  /** Resolves when more may come. */
  write(chunk: Buffer): Promise<void>;
}

export interface Delivery {
  requestId: string;
  /** Milliseconds since the epoch on the wall clock: the function compares it with its own. */
  deadlineMs: number;
  functionArn: string;
  traceId: string;
  clientContext?: string;
  payload: string;
  /** Where a streamed response goes; without it the response is kept and answered whole. */
  sink?: ResponseSink;
}

export interface RuntimeApiEvents {
  /** The runtime asks for work: it has finished its init, or the invocation before. */
  onNext(): void;
  onResponse(requestId: string, payload: string, streamedAs: string | undefined): void;
  /** `payload` is the error as the runtime reported it. */
  onError(requestId: string, payload: string, errorType: string): void;
  onInitError(payload: string, errorType: string): void;
  /** Whether the client of a connection without the key is a process of this environment. */
  isOwn(clientPort: number, serverPort: number): Promise<boolean>;
}

/** Shown by our bootstraps with every request; AWS's clients do not know it. */
const KEY_HEADER = 'lambda-runtime-key';

export class RuntimeApi {
  readonly #server: Server;
  readonly #events: RuntimeApiEvents;
  readonly #extensions: Extensions;
  #waiting: ServerResponse | undefined;
  #current: string | undefined;
  #sink: ResponseSink | undefined;
  /** Connections of this environment that were found to be so without the key. */
  readonly #own = new WeakMap<Socket, Promise<boolean>>();
  /** Other environments must not take or answer this one's invocations. */
  readonly key = randomBytes(16).toString('hex');

  private constructor(events: RuntimeApiEvents, extensions: Extensions) {
    this.#events = events;
    this.#extensions = extensions;
    this.#server = createServer(
      { keepAliveTimeout: 0, noDelay: true, requestTimeout: 0 },
      (incoming, outgoing) => this.#admit(incoming, outgoing),
    );
  }

  static start(events: RuntimeApiEvents, extensions: Extensions): Promise<RuntimeApi> {
    const api = new RuntimeApi(events, extensions);
    return new Promise((resolve, reject) => {
      api.#server.once('error', reject);
      api.#server.listen(0, '127.0.0.1', () => resolve(api));
    });
  }

  /** Value of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined && this.#extensions.areReady;
  }

  /** Answers the pending `next`. Call it only while `isWaiting`. */
  deliver(delivery: Delivery): void {
    const outgoing = this.#waiting!;
    this.#waiting = undefined;
    this.#current = delivery.requestId;
    this.#sink = delivery.sink;
    // Of no use to the runtime, and in the way of the event.
    outgoing.sendDate = false;
    outgoing.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(delivery.payload),
      'lambda-runtime-aws-request-id': delivery.requestId,
      'lambda-runtime-deadline-ms': String(delivery.deadlineMs),
      'lambda-runtime-invoked-function-arn': delivery.functionArn,
      'lambda-runtime-trace-id': delivery.traceId,
      ...(delivery.clientContext === undefined
        ? {}
        : { 'lambda-runtime-client-context': delivery.clientContext }),
    });
    outgoing.end(delivery.payload);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #admit(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (incoming.headers[KEY_HEADER] === this.key) {
      this.#serve(incoming, outgoing);
      return;
    }
    const { socket } = incoming;
    let isOwn = this.#own.get(socket);
    if (!isOwn) {
      isOwn = this.#events.isOwn(socket.remotePort ?? 0, socket.localPort ?? 0).catch(() => false);
      this.#own.set(socket, isOwn);
    }
    void isOwn.then((own) => {
      if (own) this.#serve(incoming, outgoing);
      else refuse(outgoing, 403, 'Forbidden', 'This Runtime API belongs to another environment.');
    });
  }

  #serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const path = incoming.url ?? '';
    if (Extensions.serves(path)) {
      // Whoever goes away in the middle of its request has no answer to wait for.
      this.#extensions.serve(incoming, outgoing).catch(() => {});
      return;
    }
    if (incoming.method === 'GET' && path === `${API}/invocation/next`) {
      incoming.resume();
      this.#waiting = outgoing;
      outgoing.on('close', () => {
        if (this.#waiting === outgoing) this.#waiting = undefined;
      });
      if (this.isWaiting) this.#events.onNext();
      return;
    }
    if (incoming.method !== 'POST') {
      refuse(outgoing, 404, 'InvalidRequest', `${path} is not served.`);
      return;
    }
    if (path === `${API}/init/error`) {
      this.#read(incoming, outgoing, (text) => this.#events.onInitError(text, errorTypeOf(incoming, text)));
      return;
    }
    const match = /\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (!match || !path.startsWith(API)) {
      incoming.resume();
      refuse(outgoing, 404, 'InvalidRequest', `${path} is not served.`);
      return;
    }
    const [, id = '', kind] = match;
    if (id !== this.#current) {
      incoming.resume();
      refuse(outgoing, 400, 'InvalidRequestID', 'Invalid request ID');
      return;
    }
    const contentType = kind === 'response' ? streamedAs(incoming) : undefined;
    if (this.#sink && contentType !== undefined) {
      void this.#pass(this.#sink, contentType, id, incoming, outgoing);
      return;
    }
    this.#read(incoming, outgoing, (text) => {
      if (this.#current !== id) return;
      this.#current = undefined;
      const failure = kind === 'response' ? trailingError(incoming) : undefined;
      if (failure) this.#events.onError(id, failure.payload, failure.errorType);
      else if (kind === 'response') this.#events.onResponse(id, text, streamedAs(incoming));
      else this.#events.onError(id, text, errorTypeOf(incoming, text));
    });
  }

  /** Hands a streamed response on as it comes. An error in its middle stands in the trailers. */
  async #pass(
    sink: ResponseSink,
    contentType: string,
    id: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    let leftBytes = MAX_STREAMED_BYTES;
    sink.begin(contentType);
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        leftBytes -= chunk.length;
        if (leftBytes >= 0) await sink.write(chunk);
      }
    } catch {
      // The process died in the middle of its answer; its exit is dealt with where processes are.
      return;
    }
    if (this.#current !== id) return;
    this.#current = undefined;
    accept(outgoing);
    const failure = leftBytes < 0 ? tooLarge(MAX_STREAMED_BYTES) : trailingError(incoming);
    if (failure) this.#events.onError(id, failure.payload, failure.errorType);
    else this.#events.onResponse(id, '', contentType);
  }

  #read(incoming: IncomingMessage, outgoing: ServerResponse, take: (text: string) => void): void {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    });
    // The process died in the middle of its answer; its exit is dealt with where processes are.
    incoming.on('error', () => {});
    incoming.on('end', () => this.#answer(chunks, sizeBytes, outgoing, take));
  }

  #answer(
    chunks: readonly Buffer[],
    sizeBytes: number,
    outgoing: ServerResponse,
    take: (text: string) => void,
  ): void {
    if (sizeBytes > MAX_RESPONSE_BYTES) {
      const { errorType, errorMessage, payload } = tooLarge(MAX_RESPONSE_BYTES);
      refuse(outgoing, 413, errorType, errorMessage);
      const id = this.#current;
      this.#current = undefined;
      if (id !== undefined) this.#events.onError(id, payload, errorType);
      return;
    }
    accept(outgoing);
    take((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8'));
  }
}

function tooLarge(limitBytes: number) {
  const errorType = 'Function.ResponseSizeTooLarge';
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`;
  return { errorType, errorMessage, payload: JSON.stringify({ errorType, errorMessage }) };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming */
function trailingError({ trailers }: IncomingMessage): { errorType: string; payload: string } | undefined {
  const errorType = trailers['lambda-runtime-function-error-type'];
  if (errorType === undefined) return undefined;
  const body = trailers['lambda-runtime-function-error-body'] ?? '';
  return {
    errorType,
    payload: Buffer.from(body, 'base64').toString('utf8') || JSON.stringify({ errorType }),
  };
}

function streamedAs(incoming: IncomingMessage): string | undefined {
  if (incoming.headers['lambda-runtime-function-response-mode'] !== 'streaming') return undefined;
  return incoming.headers['content-type'] ?? 'application/octet-stream';
}

function errorTypeOf(incoming: IncomingMessage, text: string): string {
  const header = incoming.headers['lambda-runtime-function-error-type'];
  if (typeof header === 'string' && header !== '') return header;
  try {
    const { errorType } = JSON.parse(text) as { errorType?: unknown };
    return typeof errorType === 'string' ? errorType : 'Runtime.Unknown';
  } catch {
    return 'Runtime.Unknown';
  }
}

const accept = (outgoing: ServerResponse): void => answer(outgoing, 202, '{"status":"OK"}');

const refuse = (outgoing: ServerResponse, status: number, errorType: string, errorMessage: string): void =>
  answer(outgoing, status, JSON.stringify({ errorMessage, errorType }));

/** With its length told beforehand, head and body go out as one. */
function answer(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  outgoing.end(text);
}

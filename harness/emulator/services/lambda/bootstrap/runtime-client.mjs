/**
 * HTTP/1.1 as far as the Runtime API needs it, over one kept connection: requests go out in one write, one behind the
 * other where that saves a round trip, and are answered in their order. A general client takes several times as long
 * for it, in every invocation and at every start. Owns the connection, which keeps the process alive only while an
 * answer is due: a handler without anything left to do must be seen to have ended.
 */
import { createRequire } from 'node:module';

// Required, not imported: see node.mjs.
const { connect } = createRequire(import.meta.url)('node:net');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const API = '/2018-06-01/runtime';
const END_OF_HEAD = '\r\n\r\n';

export class RuntimeClient {
  #socket;
  /** Who waits for answers, in the order of asking. */
  #waiting = [];
  #chunks = [];
  #haveBytes = 0;
  /** So many are needed before it is worth looking again. */
  #needBytes = 0;

  /** @returns {Promise<{headers: {[name: string]: string}, text: string}>} the next event */
  next() {
    return this.#send(NEXT, 1)[0];
  }

  /** Sends the result of an invocation. Resolves to the next event. */
  respond(requestId, text) {
    const [posted, next] = this.#send(postOf(`/invocation/${requestId}/response`, text, '') + NEXT, 2);
    posted.catch(() => {});
    return next;
  }

  /** @param errorType printable ASCII */
  fail(path, text, errorType) {
    return this.#send(postOf(path, text, `lambda-runtime-function-error-type: ${errorType}\r\n`), 1)[0];
  }

  #send(text, answers) {
    const promises = Array.from(
      { length: answers },
      () => new Promise((settle, reject) => this.#waiting.push({ settle, reject })),
    );
    if (!this.#socket) this.#open();
    this.#socket.ref();
    this.#socket.write(text);
    return promises;
  }

  #open() {
    const socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket = socket;
    const gone = (error) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#chunks = [];
      this.#haveBytes = 0;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', gone);
    socket.on('close', () =>
      gone(Object.assign(new Error('The Runtime API is gone.'), { code: 'ECONNRESET' })),
    );
  }

  #take(chunk) {
    this.#chunks.push(chunk);
    this.#haveBytes += chunk.length;
    while (this.#haveBytes > 0 && this.#haveBytes >= this.#needBytes) {
      const bytes =
        this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#haveBytes);
      const used = this.#answer(bytes);
      const rest = bytes.subarray(used);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#haveBytes = rest.length;
      if (used === 0) break;
    }
    if (this.#waiting.length === 0) this.#socket?.unref();
  }

  /** Settles the first answer if it is whole; returns its bytes, 0 if it is not. */
  #answer(bytes) {
    this.#needBytes = 0;
    const headBytes = bytes.indexOf(END_OF_HEAD);
    if (headBytes < 0) return 0;
    const headers = headersOf(bytes.latin1Slice(0, headBytes));
    const start = headBytes + END_OF_HEAD.length;
    const end = start + Number(headers['content-length']);
    if (bytes.length < end) {
      this.#needBytes = end;
      return 0;
    }
    this.#waiting.shift()?.settle({ headers, text: bytes.utf8Slice(start, end) });
    return end;
  }
}

function headersOf(head) {
  const headers = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
  }
  return headers;
}

/** Tells this runtime from other environments' processes, which the port is open to as well. */
export const runtimeKey = process.env._LAMBDA_RUNTIME_KEY;
delete process.env._LAMBDA_RUNTIME_KEY;
const HOST = `host: ${host}:${port}\r\nlambda-runtime-key: ${runtimeKey}\r\n`;
const NEXT = `GET ${API}/invocation/next HTTP/1.1\r\n${HOST}\r\n`;

const postOf = (path, text, headers) =>
  `POST ${API}${path} HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`;

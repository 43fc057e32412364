/** The least of a client of Node's inspector: its protocol over a WebSocket, by hand for Node 20 has none. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
}

export class InspectorClient {
  readonly #socket: Socket;
  readonly #seen: Message[] = [];
  #onMessage: () => void = () => {};
  #rest = Buffer.alloc(0);
  #isOpen = false;
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Attaches to the one target that listens on the port. */
  static async attach(port: number): Promise<InspectorClient> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { id: string }[];
    const socket = connect(port, '127.0.0.1');
    const client = new InspectorClient(socket);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /${targets[0]!.id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await client.#until(() => client.#isOpen);
    return client;
  }

  async call<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#lastId;
    const text = Buffer.from(JSON.stringify({ id, method, params }));
    const mask = randomBytes(4);
    const head =
      text.length < 126
        ? Buffer.from([0x81, 0x80 | text.length])
        : Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 0xff]);
    this.#socket.write(Buffer.concat([head, mask, text.map((byte, i) => byte ^ mask[i % 4]!)]));
    return (await this.#message((one) => one.id === id)).result as T;
  }

  /** The first event of this kind, past ones included. */
  async event<T>(method: string): Promise<T> {
    return (await this.#message((one) => one.method === method)).params as T;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #message(matches: (message: Message) => boolean): Promise<Message> {
    await this.#until(() => this.#seen.some(matches));
    return this.#seen.find(matches)!;
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve;
      });
    }
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isOpen) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#isOpen = true;
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (;;) {
      const frame = readFrame(this.#rest);
      if (!frame) break;
      this.#rest = this.#rest.subarray(frame.end);
      this.#seen.push(JSON.parse(frame.text) as Message);
    }
    this.#onMessage();
  }
}

/** One unmasked text frame, if it is whole. */
function readFrame(bytes: Buffer): { text: string; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head) return undefined;
  const size =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < head + size) return undefined;
  return { text: bytes.toString('utf8', head, head + size), end: head + size };
}

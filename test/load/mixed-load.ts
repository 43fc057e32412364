/**
 * Mixed traffic of many clients whose every byte is checked. Each client owns its keys and knows what they hold;
 * one key is everybody's, and holds one of the contents ever put there, whole.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Random, seededRandom } from '../../harness/core/random.ts';
import type { RetryingClient } from './retrying-client.ts';

export const BUCKET = 'load';
export const FUNCTION = 'load-digest';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:load-digest';
const SHARED = 'shared/object';
const KEYS_PER_CLIENT = 12;
const PART_BYTES = 5 * 1024 * 1024;

export interface LoadOptions {
  clients: number;
  durationMs: number;
  seed: string;
  /** Leaves out the traffic that costs most: multipart uploads and functions come less often. */
  light?: boolean;
}

export interface LoadResult {
  /** Operations done, by kind. */
  done: { [kind: string]: number };
  /** What was not as it had to be; empty when all is well. */
  wrong: string[];
  sentBytes: number;
  receivedBytes: number;
}

/** Bytes that follow from a seed. The first 32 name seed and length, so that a reader can tell what it has got. */
function contentOf(seed: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(Math.max(sizeBytes, 32));
  let state = seed | 1;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes.writeInt32LE(state, at);
  }
  bytes.write(`${seed}/${bytes.length}/`.padEnd(32, '.'), 0, 'latin1');
  return bytes;
}

/** The content a body claims to be. */
function claimed(body: Buffer): Buffer | undefined {
  const match = /^(\d+)\/(\d+)\/\.*$/.exec(body.toString('latin1', 0, 32));
  return match ? contentOf(Number(match[1]), Number(match[2])) : undefined;
}

export async function runMixedLoad(client: RetryingClient, options: LoadOptions): Promise<LoadResult> {
  const result: LoadResult = { done: {}, wrong: [], sentBytes: 0, receivedBytes: 0 };
  const random = seededRandom(options.seed);
  const until = performance.now() + options.durationMs;
  const shared = contentOf(1, 40_000);
  await put(client, result, SHARED, shared);
  const one = async (index: number) => {
    const user = new User(client, result, random.fork(`client-${index}`), index, options.light ?? false);
    while (performance.now() < until && result.wrong.length === 0) await user.step();
    await user.verifyAll();
  };
  const ended = await Promise.allSettled(Array.from({ length: options.clients }, (_, i) => one(i)));
  for (const end of ended) if (end.status === 'rejected') result.wrong.push(String(end.reason));
  return result;
}

async function put(client: RetryingClient, result: LoadResult, key: string, content: Buffer): Promise<void> {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(content));
  const { status, body } = await client.call('PUT', `/${BUCKET}/${key}`, {
    body: content,
    headers: { 'x-amz-checksum-crc32': crc.toString('base64') },
  });
  result.sentBytes += content.length;
  if (status !== 200) result.wrong.push(`PUT ${key} answered ${status}: ${body.toString().slice(0, 200)}`);
}

class User {
  readonly #client: RetryingClient;
  readonly #result: LoadResult;
  readonly #random: Random;
  readonly #prefix: string;
  readonly #light: boolean;
  readonly #held = new Map<string, Buffer>();

  constructor(client: RetryingClient, result: LoadResult, random: Random, index: number, light: boolean) {
    this.#client = client;
    this.#result = result;
    this.#random = random;
    this.#prefix = `client-${index}/`;
    this.#light = light;
  }

  async step(): Promise<void> {
    const draw = this.#random.next();
    const rare = this.#light ? 0.004 : 0.012;
    const [kind, run] =
      draw < 0.3
        ? (['put', () => this.#put()] as const)
        : draw < 0.5
          ? (['get', () => this.#get()] as const)
          : draw < 0.65
            ? (['range', () => this.#range()] as const)
            : draw < 0.75
              ? (['list', () => this.#list()] as const)
              : draw < 0.83
                ? (['delete', () => this.#delete()] as const)
                : draw < 0.9
                  ? (['shared put', () => this.#sharedPut()] as const)
                  : draw < 0.97
                    ? (['shared get', () => this.#sharedGet()] as const)
                    : draw < 0.97 + rare
                      ? (['multipart', () => this.#multipart()] as const)
                      : draw < 0.985
                        ? (['invoke', () => this.#invoke()] as const)
                        : (['execution', () => this.#execute()] as const);
    await run();
    this.#result.done[kind] = (this.#result.done[kind] ?? 0) + 1;
  }

  /** Every object of this client once more, and the list of them. */
  async verifyAll(): Promise<void> {
    for (const key of this.#held.keys()) await this.#compare(key);
    await this.#list();
  }

  #wrong(text: string): void {
    if (this.#result.wrong.length < 20) this.#result.wrong.push(text);
  }

  #key(): string {
    return `${this.#prefix}${Math.floor(this.#random.next() * KEYS_PER_CLIENT)}`;
  }

  #heldKey(): string | undefined {
    const keys = [...this.#held.keys()];
    return keys[Math.floor(this.#random.next() * keys.length)];
  }

  #content(maxBytes: number): Buffer {
    // Mostly small, now and then large.
    const share = this.#random.next() ** 4;
    return contentOf(this.#random.uint32(), Math.floor(share * maxBytes));
  }

  async #put(): Promise<void> {
    const key = this.#key();
    const content = this.#content(1024 * 1024);
    await put(this.#client, this.#result, key, content);
    this.#held.set(key, content);
  }

  async #get(): Promise<void> {
    const key = this.#heldKey();
    if (key !== undefined) await this.#compare(key);
  }

  async #compare(key: string): Promise<void> {
    const expected = this.#held.get(key)!;
    const { status, body } = await this.#client.call('GET', `/${BUCKET}/${key}`, {
      isWhole: (answer) => answer.status !== 200 || answer.body.length >= expected.length,
    });
    this.#result.receivedBytes += body.length;
    if (status !== 200 || !body.equals(expected)) this.#wrong(`GET ${key}: ${status}, ${body.length} bytes`);
  }

  async #range(): Promise<void> {
    const key = this.#heldKey();
    if (key === undefined) return;
    const expected = this.#held.get(key)!;
    const start = Math.floor(this.#random.next() * expected.length);
    const end = start + Math.floor(this.#random.next() * (expected.length - start));
    const { status, body } = await this.#client.call('GET', `/${BUCKET}/${key}`, {
      headers: { range: `bytes=${start}-${end}` },
      isWhole: (answer) => answer.status !== 206 || answer.body.length >= end - start + 1,
    });
    this.#result.receivedBytes += body.length;
    if (status !== 206 || !body.equals(expected.subarray(start, end + 1)))
      this.#wrong(`GET ${key} bytes ${start}-${end}: ${status}, ${body.length} bytes`);
  }

  async #list(): Promise<void> {
    const { body } = await this.#client.call('GET', `/${BUCKET}?list-type=2&prefix=${this.#prefix}`, {
      isWhole: (answer) => answer.body.toString().endsWith('</ListBucketResult>'),
    });
    const listed = [...body.toString().matchAll(/<Key>(.*?)<\/Key>.*?<Size>(\d+)<\/Size>/gs)].map(
      ([, key, size]) => `${key}=${size}`,
    );
    const expected = [...this.#held].map(([key, content]) => `${key}=${content.length}`);
    if (listed.sort().join() !== expected.sort().join())
      this.#wrong(`LIST ${this.#prefix}: ${listed.join()} for ${expected.join()}`);
  }

  async #delete(): Promise<void> {
    const key = this.#heldKey();
    if (key === undefined) return;
    const { status } = await this.#client.call('DELETE', `/${BUCKET}/${key}`);
    this.#held.delete(key);
    const gone = await this.#client.call('GET', `/${BUCKET}/${key}`);
    if (status !== 204 || gone.status !== 404) this.#wrong(`DELETE ${key}: ${status}, then ${gone.status}`);
  }

  async #sharedPut(): Promise<void> {
    await put(this.#client, this.#result, SHARED, this.#content(400_000));
  }

  /** Old or new, never a mix. */
  async #sharedGet(): Promise<void> {
    const { status, body } = await this.#client.call('GET', `/${BUCKET}/${SHARED}`, {
      isWhole: (answer) => answer.body.length >= (claimed(answer.body)?.length ?? 32),
    });
    this.#result.receivedBytes += body.length;
    const content = claimed(body);
    if (status !== 200 || !content?.equals(body)) this.#wrong(`shared GET: ${status}, ${body.length} bytes`);
  }

  async #multipart(): Promise<void> {
    const key = this.#key();
    const path = `/${BUCKET}/${key}`;
    const begun = await this.#client.call('POST', `${path}?uploads`, {
      isWhole: (answer) => answer.body.includes('</UploadId>'),
    });
    const uploadId = /<UploadId>(.*?)</.exec(begun.body.toString())?.[1];
    const parts = [contentOf(this.#random.uint32(), PART_BYTES), this.#content(100_000)];
    const etags: string[] = [];
    for (const [index, body] of parts.entries()) {
      const part = await this.#client.call('PUT', `${path}?partNumber=${index + 1}&uploadId=${uploadId}`, {
        body,
      });
      etags.push(String(part.headers['etag']));
      this.#result.sentBytes += body.length;
    }
    if (this.#random.next() < 0.2) {
      await this.#client.call('DELETE', `${path}?uploadId=${uploadId}`);
      return;
    }
    const list = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const done = await this.#client.call('POST', `${path}?uploadId=${uploadId}`, {
      body: Buffer.from(`<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`),
    });
    // Where the answer to the first attempt was lost, the upload is there no more.
    if (done.status !== 200 && done.status !== 404) this.#wrong(`complete ${key}: ${done.status}`);
    this.#held.set(key, Buffer.concat(parts));
    const second = await this.#client.call('GET', `${path}?partNumber=2`, {
      isWhole: (answer) => answer.body.length >= parts[1]!.length,
    });
    if (!second.body.equals(parts[1]!)) this.#wrong(`part 2 of ${key}`);
  }

  /** A function that answers the SHA-256 of what it is given. */
  async #invoke(): Promise<void> {
    const text = this.#content(2000).toString('base64');
    const { status, body } = await this.#client.call(
      'POST',
      `/2015-03-31/functions/${FUNCTION}/invocations`,
      {
        body: Buffer.from(JSON.stringify({ text })),
        isWhole: (answer) => answer.body.length > 0,
      },
    );
    const expected = JSON.stringify({ sha256: createHash('sha256').update(text).digest('hex') });
    if (status !== 200 || body.toString() !== expected)
      this.#wrong(`invoke: ${status} ${body.toString().slice(0, 200)}`);
  }

  async #execute(): Promise<void> {
    const value = this.#random.uint32();
    const { status, body } = await this.#client.call('POST', '/', {
      body: Buffer.from(JSON.stringify({ stateMachineArn: MACHINE, input: JSON.stringify({ value }) })),
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.StartSyncExecution',
      },
      isWhole: (answer) => answer.body.toString().endsWith('}'),
    });
    const output: unknown = status === 200 ? JSON.parse(body.toString()).output : undefined;
    if (output !== JSON.stringify({ value }))
      this.#wrong(`execution: ${status} ${body.toString().slice(0, 200)}`);
  }
}

/**
 * A plain HTTP client that does what an SDK does about faults: it asks again. What it cannot know is whether a
 * write whose answer was lost took place; all writes here may be repeated.
 */
import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  headers: { readonly [name: string]: string | string[] | undefined };
  body: Buffer;
}

export interface RetryCounts {
  requests: number;
  retries: number;
}

const MAX_ATTEMPTS = 25;
const RETRIED = new Set([429, 500, 502, 503]);
const THROTTLED = /<Code>(?:SlowDown|InternalError|RequestTimeout)<|ThrottlingException|TooManyRequests/;

export class RetryingClient {
  readonly counts: RetryCounts = { requests: 0, retries: 0 };
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * @param isWhole tells an answer that was cut short, announced or not: it is asked for again
   * @throws Error when no attempt succeeded
   */
  async call(
    method: string,
    path: string,
    options: {
      body?: Buffer;
      headers?: Record<string, string | number>;
      isWhole?: (answer: Answer) => boolean;
    } = {},
  ): Promise<Answer> {
    let last = '';
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      this.counts.requests++;
      if (attempt > 1) this.counts.retries++;
      try {
        const answer = await this.#once(method, path, options.body, options.headers ?? {});
        const text = answer.status >= 400 ? answer.body.toString('latin1') : '';
        const failed = RETRIED.has(answer.status) || (answer.status === 400 && THROTTLED.test(text));
        if (!failed && (options.isWhole?.(answer) ?? true)) return answer;
        last = `${answer.status} ${text.slice(0, 200)}`;
      } catch (error) {
        last = (error as Error).message;
      }
      await new Promise((resolve) => setTimeout(resolve, 2 * attempt));
    }
    throw new Error(`${method} ${path} failed ${MAX_ATTEMPTS} times: ${last}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #once(
    method: string,
    path: string,
    body: Buffer | undefined,
    headers: Record<string, string | number>,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        agent: this.#agent,
        headers: { ...(body || method !== 'GET' ? { 'content-length': body?.length ?? 0 } : {}), ...headers },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('close', () => {
          if (!incoming.complete) return reject(new Error('the answer ended early'));
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      outgoing.end(body);
    });
  }
}

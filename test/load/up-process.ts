/** `cosmicai up` in a process of its own that is killed and started again on the same state folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../harness/core/package-root.ts';

/** An answer that a request got. */
export interface Answer {
  status: number;
  text: string;
}

/** The emulator was killed, or refused the connection, before it answered. */
export class NoAnswer extends Error {}

export class UpProcess {
  readonly stateDir: string;
  /** What it wrote to stderr since it was started. */
  warnings = '';
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(stateDir: string) {
    this.stateDir = stateDir;
  }

  /** Resolves when it answers. @throws Error when it ends before */
  async start(): Promise<void> {
    this.warnings = '';
    const bin = join(packageRoot(), 'harness', 'cli', 'bin.mjs');
    const args = [bin, 'up', '--port', '0', '--state', this.stateDir, '--limits', 'none'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr!.on('data', (text) => {
      this.warnings += String(text);
    });
    let output = '';
    this.#port = await new Promise<number>((resolve, reject) => {
      child.stdout!.on('data', (text) => {
        output += String(text);
        const ready = /^ready http:\S+:(\d+)$/m.exec(output);
        if (ready) resolve(Number(ready[1]));
      });
      child.once('exit', (code) => reject(new Error(`cosmicai up ended with ${code}: ${this.warnings}`)));
    });
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Sends a signal, and resolves when the process has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || !this.isAlive) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** @throws NoAnswer */
  async request(method: string, path: string, options: RequestInit = {}): Promise<Answer> {
    try {
      const response = await fetch(`${this.endpoint}${path}`, { method, ...options });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new NoAnswer(String(error));
    }
  }

  /** An operation of a service that speaks JSON. @throws NoAnswer */
  async json<T>(
    service: 'states' | 'logs',
    operation: string,
    input: object,
    signal?: AbortSignal,
  ): Promise<T & Answer> {
    const [target, scope, version] =
      service === 'states' ? ['AWSStepFunctions', 'states', '1.0'] : ['Logs_20140328', 'logs', '1.1'];
    const answer = await this.request('POST', '/', {
      headers: {
        'content-type': `application/x-amz-json-${version}`,
        'x-amz-target': `${target}.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
      signal: signal ?? null,
    });
    const parsed = answer.text === '' ? {} : (JSON.parse(answer.text) as object);
    return { ...parsed, ...answer } as T & Answer;
  }
}

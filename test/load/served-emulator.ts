/** The local AWS as a user starts it, in a process of its own, with what the mixed load needs; and what it holds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { zipSync } from 'fflate';
import { packageRoot } from '../../harness/core/package-root.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../harness/deploy/aws-access.ts';
import { BUCKET, FUNCTION } from './mixed-load.ts';

/** Faults of every kind that a client can do something about. */
export const CHAOS = [
  { on: 's3.*', probability: 0.02, throw: 'SlowDown' },
  { on: 's3.*', probability: 0.01, throw: 'InternalError' },
  { on: 's3.GetObject', probability: 0.02, reset: '50%' },
  { on: 's3.GetObject', probability: 0.02, truncate: '50%' },
  { on: 's3.*', probability: 0.02, delay: '20 ms' },
  { on: 'lambda.Invoke', probability: 0.05, throw: 'TooManyRequestsException' },
  { on: 'stepfunctions.StartSyncExecution', probability: 0.05, throw: 'ThrottlingException' },
];

const HANDLER = `exports.handler = async ({ text }) => ({
  sha256: require('node:crypto').createHash('sha256').update(text).digest('hex'),
});`;

/** What a process holds that it must give back. */
export interface Holdings {
  /** What each descriptor is open on, sorted: paths, and kinds such as `socket`. */
  descriptors: string[];
  /** Commands of the processes below it. */
  children: string[];
  rssMB: number;
}

export class ServedEmulator {
  readonly port: number;
  readonly stateDir: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, stateDir: string) {
    this.#process = process;
    this.port = port;
    this.stateDir = stateDir;
  }

  /** Starts it, and makes bucket, function and state machine. */
  static async start(): Promise<ServedEmulator> {
    const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-load-'));
    const bin = join(packageRoot(), 'harness', 'cli', 'bin.mjs');
    const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--state', stateDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout!.once('data', (text) =>
        resolve(Number(/^ready http:\S+:(\d+)$/m.exec(String(text))?.[1])),
      );
      child.once('exit', (code) => reject(new Error(`cosmicai up ended with ${code}`)));
    });
    const emulator = new ServedEmulator(child, port, stateDir);
    await emulator.#prepare();
    return emulator;
  }

  async #prepare(): Promise<void> {
    await this.#withClients(async ({ s3, lambda, stepfunctions }) => {
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: FUNCTION,
          Runtime: 'nodejs20.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/load',
          Code: { ZipFile: zipSync({ 'index.js': Buffer.from(HANDLER) }) },
        }),
      );
      await waitUntilFunctionActiveV2(
        { client: lambda, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.05 },
        { FunctionName: FUNCTION },
      );
      await stepfunctions.send(
        new CreateStateMachineCommand({
          name: FUNCTION,
          type: 'EXPRESS',
          roleArn: 'arn:aws:iam::000000000000:role/load',
          definition: JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
        }),
      );
    });
  }

  async setChaos(rules: readonly object[]): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.port}/_cosmicai/chaos`, {
      method: 'POST',
      headers: this.#authorization(),
      body: JSON.stringify(rules),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  #authorization(): { authorization: string } {
    return { authorization: `Bearer ${readFileSync(join(this.stateDir, 'token'), 'utf8').trim()}` };
  }

  /** Calls that the rules in force have struck. */
  async struck(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.port}/_cosmicai/chaos`, {
      headers: this.#authorization(),
    });
    const { rules } = (await response.json()) as { rules: { struck: number }[] };
    return rules.reduce((sum, rule) => sum + rule.struck, 0);
  }

  /** Ends the function's processes. */
  deleteFunction(): Promise<void> {
    return this.#withClients(async ({ lambda }) => {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: FUNCTION }));
    });
  }

  holdings(): Holdings {
    const pid = this.#process.pid!;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      descriptors: readdirSync(`/proc/${pid}/fd`)
        .flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
        .sort(),
      children: readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
        (textOf(`/proc/${pid}/task/${thread}/children`) ?? '')
          .split(' ')
          .filter((child) => child !== '')
          .flatMap((child) => textOf(`/proc/${child}/cmdline`)?.replaceAll('\0', ' ').trim() ?? [])
          // The guard that ends functions should the server be killed lives as long as the server.
          .filter((command) => command !== '' && !command.startsWith('/bin/sh -c pids=')),
      ),
      rssMB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    };
  }

  /** Files that only exist while something is written. */
  temporaryFiles(): string[] {
    return readdirSync(join(this.stateDir, 's3', 'tmp'));
  }

  /** Contents on disk. */
  blobs(): number {
    const folder = join(this.stateDir, 's3', 'blobs');
    return readdirSync(folder).reduce((sum, name) => sum + readdirSync(join(folder, name)).length, 0);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  async #withClients(use: (clients: AwsClients) => Promise<void>): Promise<void> {
    const clients = clientsFor({
      region: 'us-east-1',
      endpoints: singleEndpoint(`http://127.0.0.1:${this.port}`),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    try {
      await use(clients);
    } finally {
      clients.close();
    }
  }
}

/** Nothing for a descriptor that was closed meanwhile. */
function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path).replace(/^(socket|pipe):.*/, '$1')];
  } catch {
    return [];
  }
}

/** Nothing for what has ended meanwhile. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

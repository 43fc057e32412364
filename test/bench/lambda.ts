/**
 * Lambda's own cost: a warm invocation through HTTP, and a cold start, each beside the least that the same machine
 * needs for it in the same run (a server that answers at once, and a round trip to a bare child process; a bare start
 * of Node), and beside the same start without containment. Emulator and bare server are processes of their own, asked in turns by one client: a plain one, and the AWS
 * SDK. CPU time says more than wall time where others share the cores. No thresholds: read the ratios.
 *
 * Run: node test/bench/run.mjs lambda
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startLambda } from '../integration/lambda/fixture.ts';

const WARM_CALLS = 1000;
/** Calls of one kind before it is another's turn. */
const TURN = 50;
const COLD_STARTS = 12;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function summary(label: string, samplesMs: number[]): { p50: number; p95: number } {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const result = { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
  console.log(
    `${label.padEnd(46)} p50 ${result.p50.toFixed(2).padStart(8)} ms   p95 ${result.p95.toFixed(2).padStart(8)} ms   n ${samplesMs.length}`,
  );
  return result;
}

async function measure(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await work(i);
    samples.push(performance.now() - started);
  }
  return samples;
}

const agent = new Agent({ keepAlive: true });

/** One invocation over a kept-alive connection, without an SDK. */
function invoke(endpoint: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `${endpoint}/2015-03-31/functions/${name}/invocations`;
    const outgoing = request(url, { method: 'POST', agent }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => (incoming.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    outgoing.on('error', reject);
    outgoing.end('{"n":1}');
  });
}

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-bench-'));
const [mode] = process.argv.slice(2);
if (mode === 'serve') await serve('auto');
else if (mode === 'plain') await serve('none');
else if (mode === 'bare') serveBare();
else
  try {
    await compare();
  } finally {
    agent.destroy();
    rmSync(folder, { recursive: true, force: true });
  }

async function serve(isolation: 'auto' | 'none'): Promise<void> {
  const fixture = await startLambda({ lambda: { isolation } });
  const source = 'export const handler = async (e) => e;';
  await fixture.deploy('warm', source);
  for (let i = 0; i < COLD_STARTS; i++) await fixture.deploy(`cold-${i}`, source);
  console.log(fixture.emulator.endpoint);
  process.once('SIGTERM', async () => {
    await fixture.stop();
    process.exit(0);
  });
}

function serveBare(): void {
  const server = createServer({ noDelay: true }, (incoming, outgoing) => {
    incoming.resume().on('end', () => {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 7 });
      outgoing.end('{"n":1}');
    });
  });
  server.listen(0, '127.0.0.1', () =>
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}

async function start(kind: 'serve' | 'plain' | 'bare'): Promise<{ process: ChildProcess; endpoint: string }> {
  const child = spawn(process.execPath, [process.argv[1]!, kind], { stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await new Promise<string>((done) => child.stdout!.once('data', (text) => done(String(text))));
  return { process: child, endpoint: line.trim() };
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

/** CPU time of a process and of those it has started so far, ms. */
function cpuMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => {
      const folder = `/proc/${pid}/task/${task}`;
      const own = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      const children = readFileSync(`${folder}/children`, 'utf8').trim().split(' ').filter(Boolean);
      return own + children.reduce((sum, child) => sum + cpuMs(Number(child)), 0);
    })
    .reduce((sum, one) => sum + one, 0);
}

function residentMB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function sdkInvoke(endpoint: string): () => Promise<unknown> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  return () => client.send(new InvokeCommand({ FunctionName: 'warm', Payload: '{"n":1}' }));
}

async function compare(): Promise<void> {
  const echo = join(folder, 'echo.mjs');
  writeFileSync(echo, `process.on('message', (m) => process.send(m)); process.send('ready');`);
  const child = fork(echo);
  await new Promise((done) => child.once('message', done));
  const roundTrip = () =>
    new Promise((done) => {
      child.once('message', done);
      child.send({ n: 1 });
    });
  const [bare, emulator, plain] = await Promise.all([start('bare'), start('serve'), start('plain')]);
  const kinds = {
    ipc: { label: 'bare child process, IPC round trip', call: roundTrip, pid: child.pid! },
    bare: {
      label: 'bare server, plain client',
      call: () => invoke(bare.endpoint, 'warm'),
      pid: bare.process.pid!,
    },
    warm: {
      label: 'warm invoke, plain client',
      call: () => invoke(emulator.endpoint, 'warm'),
      pid: emulator.process.pid!,
    },
    bareSdk: { label: 'bare server, AWS SDK', call: sdkInvoke(bare.endpoint), pid: bare.process.pid! },
    warmSdk: {
      label: 'warm invoke, AWS SDK',
      call: sdkInvoke(emulator.endpoint),
      pid: emulator.process.pid!,
    },
  };
  const samples: { [kind: string]: number[] } = {};
  const cpu: { [kind: string]: number } = {};
  for (let turn = -4; turn < WARM_CALLS / TURN; turn++) {
    for (const [name, { call, pid }] of Object.entries(kinds)) {
      const before = cpuMs(pid);
      const taken = await measure(TURN, call);
      // The first turns are to warm up.
      if (turn < 0) continue;
      samples[name] = [...(samples[name] ?? []), ...taken];
      cpu[name] = (cpu[name] ?? 0) + cpuMs(pid) - before;
    }
  }
  const p50: { [kind: string]: number } = {};
  for (const [name, { label }] of Object.entries(kinds)) {
    p50[name] = summary(label, samples[name]!).p50;
    console.log(
      `${'  CPU time of the other side, a call'.padEnd(46)} ${(cpu[name]! / WARM_CALLS).toFixed(2)} ms`,
    );
  }
  const startBare = () =>
    new Promise((done) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', done));
  const bareStarts: number[] = [];
  const coldStarts: number[] = [];
  const plainStarts: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    bareStarts.push(...(await measure(1, startBare)));
    coldStarts.push(...(await measure(1, () => invoke(emulator.endpoint, `cold-${i}`))));
    plainStarts.push(...(await measure(1, () => invoke(plain.endpoint, `cold-${i}`))));
  }
  const bareStart = summary('bare start of Node', bareStarts);
  const cold = summary('cold start and invoke, contained', coldStarts);
  const plainCold = summary('cold start and invoke, plain process', plainStarts);
  const ratio = (a: number, b: number) => `${(a / b).toFixed(2)}x`;
  console.log(`\nwarm / bare server, plain client  ${ratio(p50['warm']!, p50['bare']!)}`);
  console.log(`warm / bare server, AWS SDK       ${ratio(p50['warmSdk']!, p50['bareSdk']!)}`);
  console.log(`cold / bare Node start            ${ratio(cold.p50, bareStart.p50)}`);
  console.log(`contained - plain cold start      ${(cold.p50 - plainCold.p50).toFixed(1)} ms (allowed: 40)`);
  console.log(`resident memory of the emulator   ${residentMB(emulator.process.pid!).toFixed(0)} MB`);
  child.kill();
  await Promise.all([stop(bare.process), stop(emulator.process), stop(plain.process)]);
}

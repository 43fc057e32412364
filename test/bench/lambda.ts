/**
 * Lambda's own cost: a warm invocation through HTTP, and a cold start, each beside the least that the same machine
 * needs for it in the same run (a round trip to a bare child process; a bare start of Node). No thresholds: read
 * the ratios. Run with `node test/bench/run.mjs lambda`.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLambda } from '../integration/lambda/fixture.ts';

const WARM_CALLS = 1000;
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

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

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
const echo = join(folder, 'echo.mjs');
writeFileSync(echo, `process.on('message', (m) => process.send(m)); process.send('ready');`);

function roundTrip(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.send({ n: 1 });
  });
}

const child = fork(echo);
await new Promise((resolve) => child.once('message', resolve));
await measure(200, () => roundTrip(child));

const fixture = await startLambda();
const { endpoint } = fixture.emulator;
await fixture.deploy('warm', 'export const handler = async (e) => e;');
await measure(200, () => invoke(endpoint, 'warm'));

const bare = summary('bare child process, IPC round trip', await measure(WARM_CALLS, () => roundTrip(child)));
const warm = summary('warm invoke through HTTP', await measure(WARM_CALLS, () => invoke(endpoint, 'warm')));
const again = summary('bare child process, again (noise)', await measure(WARM_CALLS, () => roundTrip(child)));
child.kill();

const startBare = () =>
  new Promise((resolve) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', resolve));
const bareStart = summary('bare start of Node', await measure(COLD_STARTS, startBare));
for (let i = 0; i < COLD_STARTS; i++)
  await fixture.deploy(`cold-${i}`, 'export const handler = async (e) => e;');
const cold = summary(
  'cold start and invoke through HTTP',
  await measure(COLD_STARTS, (i) => invoke(endpoint, `cold-${i}`)),
);

console.log(
  `\nwarm / bare round trip  ${(warm.p50 / bare.p50).toFixed(1)}x  (noise ${(again.p50 / bare.p50).toFixed(2)}x)`,
);
console.log(`cold / bare Node start  ${(cold.p50 / bareStart.p50).toFixed(1)}x`);
console.log(
  `resident memory of this process (emulator and client): ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
);
agent.destroy();
await fixture.stop();
rmSync(folder, { recursive: true, force: true });

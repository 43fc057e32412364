/**
 * S3 through a plain HTTP client, so that the client is not what is measured. Each figure stands beside a baseline
 * of the same run: a bare Node HTTP server that drops or sends the same bytes, and a plain copy of a file.
 *
 * Run: node test/bench/run.mjs s3 [keys, 100000 by default]
 * Client and server share the machine: with two cores a large transfer has one for each.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { wallClock } from '../../harness/core/clock.ts';
import { limitsOf } from '../../harness/core/limits.ts';
import { seededRandom } from '../../harness/core/random.ts';
import { startHttpServer } from '../../harness/emulator/http/server.ts';
import { manifest } from '../../harness/emulator/services/s3/manifest.ts';
import { createS3Service } from '../../harness/emulator/services/s3/service.ts';
import { serviceStateIn } from '../service-state.ts';

const MB = 1024 * 1024;
const SIZE = 100 * MB;
const ROUNDS = 5;

function openS3(stateDir: string, durability: 'device' | 'kernel' = 'device') {
  const env = {
    clock: wallClock(),
    random: seededRandom('bench'),
    limits: limitsOf('aws-default'),
    region: 'us-east-1',
    accountId: '000000000000',
    stateDir,
    state: serviceStateIn(stateDir, { durability }),
    endpoint: () => '',
    log: () => {},
    warn: () => {},
  };
  return createS3Service(env);
}

async function serveS3(stateDir: string, durability: 'device' | 'kernel'): Promise<void> {
  const service = openS3(stateDir, durability);
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    random: seededRandom('bench'),
    origin: { hostNames: [], allowedOrigins: [] },
    services: [manifest],
    open: async () => service,
    accountOf: () => '000000000000',
    internal: () => undefined,
    log: (line) => console.error(line),
  });
  console.log(server.port);
  process.once('SIGTERM', async () => {
    await server.stop();
    await service.stop();
    process.exit(0);
  });
}

/** Drops what is PUT; answers GET with a file, and HEAD with nothing. */
function serveBare(file: string): void {
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'GET') {
      outgoing.writeHead(200, { 'content-length': statSync(file).size });
      createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(outgoing);
      return;
    }
    incoming.resume();
    incoming.on('end', () => outgoing.writeHead(200, { 'content-length': 0 }).end());
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
}

interface Child {
  process: ChildProcess;
  port: number;
  firstAnswerMs: number;
}

async function start(kind: 'device' | 'kernel' | 'bare', path: string): Promise<Child> {
  const began = performance.now();
  const child = spawn(process.execPath, [process.argv[1]!, kind, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout!.once('data', (text) => resolve(Number(text))),
  );
  await call(port, 'HEAD', '/');
  return { process: child, port, firstAnswerMs: performance.now() - began };
}

async function stop({ process: child }: Child): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function call(
  port: number,
  method: string,
  path: string,
  body?: Buffer,
  headers: Record<string, string | number> = {},
): Promise<{ status: number; sizeBytes: number; crc: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent,
      headers: body ? { 'content-length': body.length, ...headers } : headers,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming: IncomingMessage) => {
      let sizeBytes = 0;
      let crc = 0;
      let text = '';
      incoming.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (headers['x-verify']) crc = crc32(chunk, crc);
        if (headers['x-text']) text += chunk.toString('utf8');
      });
      incoming.once('end', () => resolve({ status: incoming.statusCode!, sizeBytes, crc, text }));
      incoming.once('error', reject);
    });
    outgoing.end(body);
  });
}

async function median(times: number, run: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await run();
    all.push(performance.now() - began);
  }
  return all.sort((a, b) => a - b)[times >> 1]!;
}

async function perSecond(
  count: number,
  clients: number,
  run: (i: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  const client = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return count / ((performance.now() - began) / 1000);
}

const rssMB = (child: Child, field = 'VmRSS') =>
  Number(
    new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.process.pid}/status`, 'utf8'))?.[1],
  ) / 1024;

/** CPU time of a server so far, all its threads, ms: says more than wall time where others share the cores. */
const cpuMs = ({ process: { pid } }: Child): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, one) => sum + one, 0);

function row(
  name: string,
  value: number,
  unit: string,
  baseline?: { name: string; value: number; larger: boolean },
) {
  const show = (x: number) => (x >= 100 ? x.toFixed(0) : x.toFixed(2));
  const ratio = baseline
    ? `  ${(baseline.larger ? value / baseline.value : baseline.value / value).toFixed(2)}x of ${baseline.name} (${show(baseline.value)} ${unit})`
    : '';
  console.log(`${name.padEnd(44)} ${show(value).padStart(9)} ${unit}${ratio}`);
}

async function measure(keys: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-s3-'));
  const stateDir = join(folder, 'state');
  const file = join(folder, 'content');
  const content = randomBytes(SIZE);
  writeFileSync(file, content);
  const children: Child[] = [];
  try {
    const bare = await start('bare', file);
    const s3 = await start('device', stateDir);
    const kernel = await start('kernel', join(folder, 'kernel-state'));
    children.push(bare, s3, kernel);
    row('first answer, empty state folder', s3.firstAnswerMs, 'ms', {
      name: 'a bare server',
      value: bare.firstAnswerMs,
      larger: false,
    });
    row('resident memory, idle', rssMB(s3), 'MB', {
      name: 'a bare server',
      value: rssMB(bare),
      larger: false,
    });
    for (const { port } of [s3, kernel]) await call(port, 'PUT', '/bench-bucket');
    await large({ device: s3, kernel, bare }, content, file, folder);
    await stop(kernel);
    await small(s3, bare);
    await stop(s3);
    await many(stateDir, keys, children);
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median wall time of `run`, and the mean CPU time it takes of a server, both ms. */
async function timed(child: Child, run: () => Promise<unknown>): Promise<{ ms: number; cpu: number }> {
  const before = cpuMs(child);
  const ms = await median(ROUNDS, run);
  return { ms, cpu: (cpuMs(child) - before) / ROUNDS };
}

/** Copies a file and waits for the device: what a durable PUT cannot do without. */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const copy = await open(to, 'r+');
  await copy.datasync();
  await copy.close();
}

interface Servers {
  device: Child;
  kernel: Child;
  bare: Child;
}

async function large(servers: Servers, content: Buffer, file: string, folder: string): Promise<void> {
  const { device: s3, kernel, bare } = servers;
  const speed = (ms: number) => SIZE / 1e6 / (ms / 1000);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(content));
  const headers = { 'x-amz-checksum-crc32': sum.toString('base64') };
  const put = async ({ port }: Child, path = '/bench-bucket/large') => {
    const { status } = await call(port, 'PUT', path, content, headers);
    if (status !== 200) throw new Error(`PUT answered ${status}`);
  };
  const get = async ({ port }: Child, verify = false, path = '/bench-bucket/large') => {
    const answer = await call(port, 'GET', path, undefined, verify ? { 'x-verify': '1' } : {});
    if (answer.sizeBytes !== SIZE || (verify && answer.crc !== crc32(content)))
      throw new Error('wrong bytes');
  };
  // Once to warm up: fresh memory of a virtual machine is slow at first touch.
  for (const server of [s3, kernel, bare]) await put(server);
  const copy = await median(ROUNDS, () => copyFile(file, join(folder, 'copy')));
  const durableCopy = await median(ROUNDS, () => copyDurably(file, join(folder, 'copy')));
  const barePut = await timed(bare, () => put(bare));
  const versus = (name: string, ms: number) => ({ name, value: speed(ms), larger: true });
  for (const [name, server, copied] of [
    ['on the device', s3, durableCopy],
    ['with the kernel', kernel, copy],
  ] as const) {
    const { ms, cpu } = await timed(server, () => put(server));
    row(`PUT 100 MiB, CRC32 and MD5, ${name}`, speed(ms), 'MB/s', versus('bare PUT', barePut.ms));
    row('', speed(ms), 'MB/s', versus('copying a file as far', copied));
    row('  CPU time of the server', cpu, 'ms', { name: 'bare', value: barePut.cpu, larger: false });
  }
  const bareGet = await timed(bare, () => get(bare));
  const s3Get = await timed(s3, () => get(s3));
  row('GET 100 MiB', speed(s3Get.ms), 'MB/s', versus('bare GET', bareGet.ms));
  row('  CPU time of the server', s3Get.cpu, 'ms', { name: 'bare', value: bareGet.cpu, larger: false });
  const verified = await median(ROUNDS, () => get(s3, true));
  row('GET 100 MiB, client checks CRC32', speed(verified), 'MB/s');
  const before = rssMB(s3);
  const together = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      await put(s3, `/bench-bucket/large-${i}`);
      await get(s3, false, `/bench-bucket/large-${i}`);
    }),
  );
  row(
    '8 clients PUT and GET 100 MiB each',
    (16 * SIZE) / 1e6 / ((performance.now() - together) / 1000),
    'MB/s',
  );
  row('resident memory before that', before, 'MB');
  row('peak resident memory', rssMB(s3, 'VmHWM'), 'MB');
}

async function small(s3: Child, bare: Child): Promise<void> {
  const body = Buffer.from('x'.repeat(1024));
  for (const clients of [1, 16]) {
    const barePuts = await perSecond(clients * 500, clients, () => call(bare.port, 'PUT', '/', body));
    const puts = await perSecond(clients * 500, clients, (i) =>
      call(s3.port, 'PUT', `/bench-bucket/small/${clients}/${i}`, body),
    );
    row(`PUT 1 KB, durable, ${clients} clients`, puts, 'per s', {
      name: 'bare PUT',
      value: barePuts,
      larger: true,
    });
    const gets = await perSecond(clients * 500, clients, (i) =>
      call(s3.port, 'GET', `/bench-bucket/small/${clients}/${i}`),
    );
    row(`GET 1 KB, ${clients} clients`, gets, 'per s', { name: 'bare PUT', value: barePuts, larger: true });
  }
}

async function many(stateDir: string, keys: number, children: Child[]): Promise<void> {
  const service = openS3(stateDir);
  const name = (i: number) =>
    `survey/${createHash('md5').update(String(i)).digest('hex')}/partition-${i}.json`;
  const filled = await perSecond(keys, 256, (i) => service.putObject('bench-bucket', name(i), ''));
  row(`fill ${keys} keys inside the process`, filled, 'per s');
  await service.stop();
  const s3 = await start('device', stateDir);
  children.push(s3);
  row(`first answer with ${keys} keys`, s3.firstAnswerMs, 'ms');
  row(`resident memory with ${keys} keys`, rssMB(s3), 'MB');
  const list = async (token: string) => {
    const answer = await call(s3.port, 'GET', `/bench-bucket?list-type=2&prefix=survey/${token}`, undefined, {
      'x-text': '1',
    });
    return {
      count: Number(/<KeyCount>(\d+)/.exec(answer.text)![1]),
      next: /<NextContinuationToken>([^<]+)/.exec(answer.text)?.[1],
    };
  };
  row('list page of 1,000', await median(20, () => list('')), 'ms');
  const walk = async () => {
    let total = 0;
    let token = '';
    for (;;) {
      const page = await list(token);
      total += page.count;
      if (!page.next) break;
      token = `&continuation-token=${encodeURIComponent(page.next)}`;
    }
    if (total !== keys) throw new Error(`listed ${total} of ${keys}`);
  };
  row(`list all ${keys}`, await median(3, walk), 'ms');
  await stop(s3);
}

const [mode = '100000', argument = ''] = process.argv.slice(2);
if (mode === 'device' || mode === 'kernel') await serveS3(argument, mode);
else if (mode === 'bare') serveBare(argument);
else await measure(Number(mode));

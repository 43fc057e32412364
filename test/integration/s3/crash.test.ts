import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const bundle = join(root, 'node_modules', '.cache', `s3-serve.${process.pid}.mjs`);
/** S3 alone in a process of its own, which prints its port. */
const SERVER = `
import { startS3 } from './s3-server.ts';
const server = await startS3({ stateDir: process.argv[2] });
console.log(server.port);`;
const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-crash-'));
const started: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    stdin: { contents: SERVER, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: bundle,
    logLevel: 'error',
  });
});

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(stateDir, { recursive: true, force: true });
  rmSync(bundle, { force: true });
});

async function start(): Promise<{ url: string; port: number; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [bundle, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const port = await new Promise<number>((done, fail) => {
    child.stdout.once('data', (text) => done(Number(text)));
    child.once('exit', () => fail(new Error('the server ended while starting')));
  });
  const kill = () =>
    new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill('SIGKILL');
    });
  return { url: `http://127.0.0.1:${port}`, port, kill };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('SIGKILL in mid-PUT leaves no half object, and nothing that was acknowledged is lost', async () => {
  const first = await start();
  await fetch(`${first.url}/crash`, { method: 'PUT' });
  const old = randomBytes(1_000_000);
  expect((await fetch(`${first.url}/crash/big`, { method: 'PUT', body: old })).status).toBe(200);

  // A large overwrite of which half has arrived ...
  const half = request({
    port: first.port,
    host: '127.0.0.1',
    method: 'PUT',
    path: '/crash/big',
    headers: { 'content-length': 100_000_000 },
  });
  half.on('error', () => {});
  await new Promise((done) => half.write(Buffer.alloc(50_000_000, 1), done));
  // ... and many small writes under way.
  const acknowledged = new Map<string, string>();
  let alive = true;
  const writer = async (n: number) => {
    for (let i = 0; alive; i++) {
      const body = randomBytes(1 + ((i * 977) % 20_000));
      try {
        const { status } = await fetch(`${first.url}/crash/small/${n}/${i}`, { method: 'PUT', body });
        if (status === 200) acknowledged.set(`small/${n}/${i}`, sha256(body));
      } catch {
        return;
      }
    }
  };
  const writers = Array.from({ length: 8 }, (_, n) => writer(n));
  while (acknowledged.size < 50) await new Promise((done) => setTimeout(done, 20));
  await first.kill();
  alive = false;
  await Promise.all(writers);

  const second = await start();
  const answer = await fetch(`${second.url}/crash/big`);
  expect(answer.status).toBe(200);
  expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(old));
  for (const [key, digest] of acknowledged) {
    const found = await fetch(`${second.url}/crash/${key}`);
    expect(found.status, key).toBe(200);
    expect(sha256(new Uint8Array(await found.arrayBuffer())), key).toBe(digest);
  }
  expect(readdirSync(join(stateDir, 'tmp'))).toEqual([]);
  await second.kill();
});

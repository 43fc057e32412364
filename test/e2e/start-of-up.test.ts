import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/core/package-root.ts';

let root: string;
const running: ChildProcess[] = [];

// Builds dist/ where it is older than the sources.
beforeAll(() => {
  execFileSync(process.execPath, [join(packageRoot(), 'harness/cli/bin.mjs'), 'up', '--help']);
});

/** A package as `npm install` leaves it, with a dist/ of its own. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cosmicai-start-'));
  mkdirSync(join(root, 'harness/cli'), { recursive: true });
  for (const file of ['package.json', 'harness/cli/bin.mjs', 'dist/up.cjs'])
    cpSync(join(packageRoot(), file), join(root, file));
  for (const folder of ['harness/emulator', 'node_modules'])
    symlinkSync(join(packageRoot(), folder), join(root, folder));
});

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(root, { recursive: true, force: true });
});

/** Starts `up` and resolves with what it printed first. */
async function up(
  env: NodeJS.ProcessEnv = {},
): Promise<{ line: string; endpoint: string; stderr: () => string }> {
  const bin = join(root, 'harness/cli/bin.mjs');
  const state = mkdtempSync(join(root, 'state-'));
  const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--state', state], {
    env: { ...process.env, COSMICAI_TOKEN: '', ...env },
  });
  running.push(child);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const line = await new Promise<string>((done, failed) => {
    child.stdout.once('data', (text) => done(String(text)));
    child.once('exit', (code) => failed(new Error(`up ended with ${code}: ${stderr}`)));
  });
  return { line, endpoint: /ready (\S+)/i.exec(line)![1]!, stderr: () => stderr };
}

const answers = async (endpoint: string) => (await fetch(`${endpoint}/`)).status;

// Node 22 and later keep compiled code themselves.
describe.skipIf('enableCompileCache' in module)('the compiled code of up', () => {
  const cache = () => join(root, 'dist/.compile-cache');
  const file = () => join(cache(), `up-${process.version}-${process.arch}.bin`);

  async function waitForCache(): Promise<Buffer> {
    await expect.poll(() => existsSync(file()), { timeout: 10_000 }).toBe(true);
    return readFileSync(file());
  }

  it('is kept by a first start and used by the next', async () => {
    expect(await answers((await up()).endpoint)).toBe(200);
    const kept = await waitForCache();
    expect(await answers((await up()).endpoint)).toBe(200);
    expect(readFileSync(file())).toEqual(kept);
    expect(readdirSync(cache())).toHaveLength(1);
  });

  it('loads services and packages that a first answer does not need', async () => {
    await up();
    await waitForCache();
    const { endpoint, stderr } = await up();
    const put = (path: string, body?: string) =>
      fetch(`${endpoint}${path}`, { method: 'PUT', body: body ?? null });
    expect((await put('/bucket')).status).toBe(200);
    // CRC64NVME is computed by a package; the check value of the algorithm.
    expect((await put('/bucket/key', '123456789')).headers.get('x-amz-checksum-crc64nvme')).toBe(
      'rosUhgp5mIg=',
    );
    const { services } = (await (await fetch(`${endpoint}/_localstack/health`)).json()) as {
      services: Record<string, string>;
    };
    expect(Object.keys(services)).toContain('lambda');
    for (const path of ['/2015-03-31/functions/', '/?Action=GetCallerIdentity&Version=2011-06-15'])
      expect((await fetch(`${endpoint}${path}`)).status).toBe(200);
    expect(stderr()).toBe('');
  });

  it.each<[string, (kept: Buffer) => Buffer]>([
    ['a changed byte', (kept) => kept.fill(kept.readUInt8(4000) ^ 1, 4000, 4001)],
    ['a torn tail', (kept) => kept.subarray(0, kept.length >> 1)],
    ['a torn header', (kept) => kept.subarray(0, 5)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('is compiled and kept anew in place of %s', async (_name, damage) => {
    await up();
    const kept = await waitForCache();
    const damaged = damage(Buffer.from(kept));
    writeFileSync(file(), damaged);
    const { endpoint, stderr } = await up();
    expect(await answers(endpoint)).toBe(200);
    await expect.poll(() => readFileSync(file()).equals(damaged), { timeout: 10_000 }).toBe(false);
    expect(stderr()).toBe('');
  });

  it('is not taken from a bundle of the same length with other code', async () => {
    await up();
    await waitForCache();
    const bundle = readFileSync(join(root, 'dist/up.cjs'), 'latin1');
    const ready = 'ready $' + '{emulator.endpoint}';
    expect(bundle).toContain(ready);
    writeFileSync(
      join(root, 'dist/up.cjs'),
      bundle.replace(ready, ready.replace('ready', 'READY')),
      'latin1',
    );
    expect((await up()).line).toContain('READY http://');
  });

  it('is done without in a folder that cannot be written to', async () => {
    writeFileSync(cache(), 'a file is in the way');
    expect(await answers((await up()).endpoint)).toBe(200);
    expect(readFileSync(cache(), 'utf8')).toBe('a file is in the way');
  });
});

describe('a checkout', () => {
  /** Stands for the build script; it fails with a sentence of its own. */
  const BUILD = `export async function buildCli() { throw new Error('the build runs'); }`;
  const source = () => join(root, 'harness/source.ts');

  beforeEach(() => {
    const now = Date.now();
    writeFileSync(join(root, 'harness/cli/build.mjs'), BUILD);
    writeFileSync(source(), '');
    for (const file of ['package.json', 'harness/cli/build.mjs', 'harness/source.ts'])
      utimesSync(join(root, file), new Date(now - 60_000), new Date(now - 60_000));
    writeFileSync(join(root, 'dist/.up-inputs'), [now - 30_000, 'harness/source.ts'].join('\n'));
  });

  it('starts without a build where no input is newer than the bundle', async () => {
    expect(await answers((await up()).endpoint)).toBe(200);
  });

  it.each<[string, () => void]>([
    ['an input has changed', () => writeFileSync(source(), 'changed')],
    ['an input is gone', () => rmSync(source())],
    ['the build script has changed', () => writeFileSync(join(root, 'harness/cli/build.mjs'), BUILD)],
    ['nothing was built', () => rmSync(join(root, 'dist/.up-inputs'))],
  ])('builds before it starts where %s', async (_name, change) => {
    change();
    await expect(up()).rejects.toThrow('up ended with 3: cosmicai could not be built: the build runs');
  });
});

describe('COSMICAI_TOKEN', () => {
  const reset = async (endpoint: string, token: string) =>
    (
      await fetch(`${endpoint}/_cosmicai/reset`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;

  it('is the token of up, which does not print it', async () => {
    const token = 'a-token-of-the-user-1234';
    const { line, endpoint, stderr } = await up({ COSMICAI_TOKEN: token });
    expect(line).toMatch(/^ready /);
    expect(await reset(endpoint, 'another-token-of-a-user')).toBe(403);
    expect(await reset(endpoint, token)).toBe(200);
    expect(await reset(endpoint, token)).toBe(200);
    expect(line + stderr()).not.toContain(token);
  });

  it.each(['short', 'spaces are no characters of it', 'x'.repeat(257)])('is refused as %s', async (token) => {
    const refused = up({ COSMICAI_TOKEN: token });
    await expect(refused).rejects.toThrow(/up ended with 2: .*must have 20 to 256 characters/s);
    await expect(refused).rejects.not.toThrow(token);
  });
});

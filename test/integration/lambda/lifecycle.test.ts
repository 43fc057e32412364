import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  DeleteFunctionCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { type LambdaFixture, startLambda, zipOf } from './fixture.ts';

/** Answers which environment it runs in. */
const ID = `const id = crypto.randomUUID();
  export const handler = async (e) => { if (e.ms) await new Promise((d) => setTimeout(d, e.ms)); return id; };`;

/** Processes that the emulator has started for environments, as this machine numbers them. */
const processesOf = (stateDir: string): number[] => {
  const folder = join(stateDir, 'lambda/processes');
  return existsSync(folder) ? readdirSync(folder).map(Number) : [];
};

/** A process that has ended but whose parent has not asked for it yet (state Z) is not alive. */
const isAlive = (pid: number) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
};

/** Processes of this machine with such an argument. */
const processesWith = (argument: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && argumentsOf(pid).includes(argument));

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

let fixture: LambdaFixture | undefined;
const folders: string[] = [];
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'cosmicai-test-'));
  folders.push(path);
  return path;
};

afterEach(async () => {
  await fixture?.stop();
  fixture = undefined;
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('execution environments', () => {
  it('are used again one after another, and one each at the same time', async () => {
    fixture = await startLambda({ lambda: { coreSlots: 4 } });
    const { invoke, deploy } = fixture;
    await deploy('pid', ID);
    const pids = [(await invoke('pid')).payload, (await invoke('pid')).payload];
    expect(new Set(pids).size).toBe(1);
    const together = await Promise.all([1, 2, 3].map(() => invoke('pid', { ms: 300 })));
    expect(new Set(together.map(({ payload }) => payload)).size).toBe(3);
  });

  it('are replaced after an update and ended with their function', async () => {
    fixture = await startLambda();
    const { invoke, deploy, lambda, ready, emulator } = fixture;
    await deploy('pid', ID);
    const before = (await invoke('pid')).payload;
    const processes = processesOf(emulator.stateDir);
    expect(processes).toHaveLength(1);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'pid', MemorySize: 256 }));
    await ready('pid');
    const { payload, log } = await invoke('pid');
    expect(payload).not.toBe(before);
    expect(log).toContain('Memory Size: 256 MB');
    processes.push(...processesOf(emulator.stateDir));
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'pid' }));
    await expect.poll(() => processes.some(isAlive), { timeout: 5_000 }).toBe(false);
  });

  it('end when idle for long', async () => {
    fixture = await startLambda({ lambda: { idleTtlMs: 300 } });
    await fixture.deploy('pid', ID);
    await fixture.invoke('pid');
    const [pid] = processesOf(fixture.emulator.stateDir);
    expect(isAlive(pid!)).toBe(true);
    await expect.poll(() => isAlive(pid!), { timeout: 5_000 }).toBe(false);
  });

  it('have a /tmp of their own where the machine allows it, and always a TMPDIR', async () => {
    fixture = await startLambda();
    await fixture.deploy(
      'tmp',
      `import { readdirSync, writeFileSync } from 'node:fs';
       import { tmpdir } from 'node:os';
       export const handler = async () => {
         const found = readdirSync(tmpdir());
         writeFileSync(tmpdir() + '/seen', 'x');
         return { found, folder: tmpdir() };
       };`,
    );
    expect((await fixture.invoke('tmp')).payload).toMatchObject({ found: [] });
    expect((await fixture.invoke('tmp')).payload).toMatchObject({ found: ['seen'] });
    expect(existsSync('/tmp/seen')).toBe(false);
  });

  it('are not taken for part of the project whose folder holds the state', async () => {
    const project = folder();
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    fixture = await startLambda({ stateDir: join(project, 'state'), lambda: { isolation: 'none' } });
    const deploy = (name: string, file: string, source: string) =>
      fixture!.deploy(name, '', { Code: { ZipFile: zipOf({ [file]: source }) } });
    await deploy('common', 'index.js', 'module.exports.handler = async () => typeof require;');
    await deploy('module', 'index.mjs', 'export const handler = async () => typeof require;');
    expect((await fixture.invoke('common')).payload).toBe('function');
    expect((await fixture.invoke('module')).payload).toBe('undefined');
  });

  it('work where the machine allows no mount namespace', async () => {
    fixture = await startLambda({ lambda: { isolation: 'none' } });
    await fixture.deploy(
      'plain',
      `import { existsSync, writeFileSync } from 'node:fs';
       import { tmpdir } from 'node:os';
       export const handler = async () => {
         writeFileSync(tmpdir() + '/mine', 'x');
         return { root: process.env.LAMBDA_TASK_ROOT, folder: tmpdir(), here: existsSync('index.mjs') };
       };`,
    );
    const { payload } = await fixture.invoke('plain');
    const { root, folder: temporary } = payload as { root: string; folder: string };
    expect(payload).toMatchObject({ here: true });
    expect(root.startsWith(fixture.emulator.stateDir)).toBe(true);
    expect(temporary.startsWith(fixture.emulator.stateDir)).toBe(true);
  });

  it('leave nothing behind when the emulator stops in mid-run', async () => {
    fixture = await startLambda();
    const { invoke, deploy, emulator } = fixture;
    await deploy(
      'family',
      `import { spawn } from 'node:child_process';
       export const handler = async () => {
         spawn('sleep', ['600.25']);
         console.log('begun');
         await new Promise(() => setInterval(() => {}, 1000));
       };`,
      { Timeout: 600 },
    );
    void invoke('family').catch(() => {});
    const lines = () => fixture!.messages('family', 'begun').catch(() => []);
    await expect.poll(lines, { timeout: 10_000 }).toHaveLength(1);
    const pids = processesWith('600.25');
    expect(pids).toHaveLength(1);
    pids.push(...processesOf(emulator.stateDir));
    await emulator.stop();
    await expect.poll(() => pids.some(isAlive), { timeout: 5_000 }).toBe(false);
  });
});

describe('limits', () => {
  it('throttles beyond the reserved concurrency', async () => {
    fixture = await startLambda({ lambda: { coreSlots: 4 } });
    const { invoke, deploy, lambda } = fixture;
    await deploy('one', ID);
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'one', ReservedConcurrentExecutions: 1 }),
    );
    const first = invoke('one', { ms: 1500 });
    await new Promise((done) => setTimeout(done, 300));
    await expect(invoke('one')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    expect((await first).functionError).toBeUndefined();
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'one', ReservedConcurrentExecutions: 0 }),
    );
    await expect(invoke('one')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });

  it('lets an invocation wait for a core, and tells the wait apart from the duration', async () => {
    fixture = await startLambda({ lambda: { coreSlots: 1 } });
    const { invoke, deploy } = fixture;
    await deploy(
      'busy',
      'export const handler = async () => { const end = Date.now() + 400; while (Date.now() < end); };',
    );
    await invoke('busy');
    const logs = (await Promise.all([1, 2, 3].map(() => invoke('busy')))).map(({ log }) => log);
    const waited = logs.map((log) => Number(/Waited For Core: (\d+\.\d\d) ms/.exec(log)?.[1] ?? 0));
    const durations = logs.map((log) => Number(/Duration: (\d+\.\d\d) ms/.exec(log)![1]));
    expect(waited.filter((ms) => ms > 300)).toHaveLength(2);
    for (const ms of durations) expect(ms).toBeLessThan(waited.reduce((a, b) => Math.max(a, b)));
  });

  it('does not deadlock when functions call functions on one core', async () => {
    fixture = await startLambda({ lambda: { coreSlots: 1 } });
    const { invoke, deploy, emulator } = fixture;
    await deploy('inner', 'export const handler = async (e) => e.n + 1;');
    await deploy(
      'outer',
      `import http from 'node:http';
       const scope = () => 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00';
       export const handler = (event) => new Promise((done) => {
         const call = http.request(process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/inner/invocations',
           { method: 'POST', headers: { authorization: scope(), 'x-amz-date': '20260101T000000Z' } },
           (answer) => { let text = ''; answer.on('data', (d) => text += d).on('end', () => done(JSON.parse(text))); });
         call.end(JSON.stringify(event));
       });`,
    );
    expect((await invoke('outer', { n: 41 })).payload).toBe(42);
    expect(emulator.endpoint).toMatch(/^http/);
  });

  it('lends the core of a function that only waits', async () => {
    fixture = await startLambda({ lambda: { coreSlots: 1 } });
    const { invoke, deploy } = fixture;
    await deploy('waits', ID);
    await deploy('quick', ID);
    await invoke('quick');
    const order: string[] = [];
    const waits = invoke('waits', { ms: 4000 }).then(() => order.push('waits'));
    await new Promise((done) => setTimeout(done, 1000));
    await invoke('quick').then(() => order.push('quick'));
    await waits;
    expect(order).toEqual(['quick', 'waits']);
  });
});

describe('the state folder', () => {
  it('keeps functions, and names a damaged record', async () => {
    const stateDir = folder();
    const lines: string[] = [];
    fixture = await startLambda({ stateDir });
    await fixture.deploy('kept', ID);
    await fixture.stop();
    appendFileSync(join(stateDir, 'lambda/journal'), '00000000 [{"t":"functions","k":"broken"}]\n');
    fixture = await startLambda({ stateDir, log: (line) => lines.push(line) });
    expect((await fixture.invoke('kept')).payload).toMatch(/^\S{36}$/);
    expect(lines.join('\n')).toMatch(/lambda\/journal: record \d+ .* is damaged/);
  });

  it('verifies code before it runs: changed files are unpacked anew, a changed package does not run', async () => {
    const stateDir = folder();
    fixture = await startLambda({ stateDir });
    await fixture.deploy('kept', 'export const handler = async () => "as deployed";');
    await fixture.stop();
    const code = join(stateDir, 'lambda/code');
    const [zip = ''] = readdirSync(code).filter((name) => name.endsWith('.zip'));
    const source = join(code, zip.slice(0, -4), 'index.mjs');
    writeFileSync(source, readFileSync(source, 'utf8').replace('as deployed', 'tampered !!'));
    const lines: string[] = [];
    fixture = await startLambda({ stateDir, log: (line) => lines.push(line) });
    expect((await fixture.invoke('kept')).payload).toBe('as deployed');
    expect(lines.join('\n')).toContain('is not what was uploaded; it is unpacked anew');
    await fixture.stop();
    const bytes = readFileSync(join(code, zip));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(code, zip), bytes);
    fixture = await startLambda({ stateDir, log: (line) => lines.push(line) });
    await expect(fixture.invoke('kept')).rejects.toThrow();
    expect(lines.join('\n')).toContain(`${zip} is damaged; functions with this code cannot run`);
  });

  it('keeps accepted events over a stop, with those that run and those that wait for a retry', async () => {
    const stateDir = folder();
    const seen = join(folder(), 'seen');
    fixture = await startLambda({ stateDir, limits: limitsOf('none'), lambda: { isolation: 'none' } });
    await fixture.deploy(
      'slow',
      `import { appendFileSync } from 'node:fs';
       export const handler = async ({ n }) => {
         await new Promise((resolve) => setTimeout(resolve, 500));
         appendFileSync(${JSON.stringify(seen)}, n + '\\n');
       };`,
    );
    for (let n = 0; n < 20; n++)
      await fixture.lambda.send(
        new InvokeCommand({
          FunctionName: 'slow',
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify({ n })),
        }),
      );
    await fixture.stop();
    fixture = await startLambda({ stateDir, limits: limitsOf('none'), lambda: { isolation: 'none' } });
    await vi.waitFor(() => expect(new Set(readFileSync(seen, 'utf8').trim().split('\n')).size).toBe(20), {
      timeout: 20_000,
      interval: 100,
    });
  });

  it('no process survives a SIGKILL of the harness, however busy it is', async () => {
    const stateDir = folder();
    const bundle = resolve(import.meta.dirname, `../../../node_modules/.cache/orphan-${process.pid}.mjs`);
    await build({
      stdin: {
        contents: `import { startLambda } from './fixture.ts';
          const fixture = await startLambda({ stateDir: process.argv[2], lambda: { coreSlots: 8 } });
          await fixture.deploy('busy', 'export const handler = async () => { for (;;); };', { Timeout: 600 });
          await fixture.deploy('idle', 'export const handler = async () => process.pid;');
          await fixture.invoke('idle');
          fixture.invoke('busy'); fixture.invoke('busy');
          setInterval(() => {}, 1000);`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      // Inside the package, so that its dependencies and its root are found.
      outfile: bundle,
      logLevel: 'error',
    });
    const host: ChildProcess = spawn(process.execPath, [bundle, stateDir], { stdio: 'inherit' });
    const pids = () => processesOf(stateDir);
    await expect.poll(() => pids().length, { timeout: 20_000 }).toBe(3);
    const running = pids();
    expect(running.every(isAlive)).toBe(true);
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await expect.poll(() => running.filter(isAlive), { timeout: 2_000, interval: 20 }).toEqual([]);
    rmSync(bundle, { force: true });
    await gone;
    // And the folder can be used again.
    fixture = await startLambda({ stateDir });
    expect((await fixture.invoke('idle')).payload).toBeGreaterThan(0);
  });
});

/** The command line as a person types it: real processes, real files, real ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkProject } from '../cosmic-ai.ts';

const BIN = resolve('harness/cli/bin.mjs');
let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-e2e-'));
  linkProject(folder);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended>; seen: Ended } {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const seen: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    seen.stdout += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    seen.stderr += chunk;
  });
  const ended = new Promise<Ended>((done) =>
    child.on('close', (code) => done(Object.assign(seen, { code }))),
  );
  return { child, ended, seen };
}

const cosmicai = (...args: string[]) => start(...args).ended;

async function until(condition: () => boolean, timeoutMs = 60_000): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > timeoutMs) throw new Error('it did not happen in time');
    await new Promise((done) => setTimeout(done, 20));
  }
}

function scenario(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name}\n${text}`);
  return file;
}

const TINY = 'dataset:\n  generate: {format: pt, samples: 32, count: 2}\n';

describe('help and version', () => {
  it('shows examples and exit codes', async () => {
    const { code, stdout } = await cosmicai('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('cosmicai run scenarios/orders.yaml');
    expect(stdout).toMatch(
      /0 passed, 1 an expectation failed, 2 the input is wrong, 3 the environment failed/,
    );
  });

  it.each(['run', 'up', 'validate', 'data'])('%s --help has examples', async (command) => {
    const { code, stdout } = await cosmicai(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it('knows its version', async () => {
    const { stdout } = await cosmicai('--version');
    expect(stdout.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});

describe('input that is wrong ends with 2 and one clear sentence', () => {
  it.each<[string, () => string[], RegExp]>([
    ['an unknown command', () => ['frobnicate'], /unknown command 'frobnicate'/],
    [
      'no file',
      () => ['run'],
      /^There is nothing to run: the folder of cosmicai\.yaml has no folder scenarios\.\n {2}Name scenario files or folders/,
    ],
    [
      'a file that is not there',
      () => ['run', 'nowhere.yaml'],
      /^The scenario nowhere\.yaml does not exist\.\n/,
    ],
    [
      'an unknown field',
      () => ['run', scenario('unknown-field', `${TINY}expect:\n  stauts: FAILED\n`)],
      /unknown-field\.yaml:7:3: expect\.stauts is not a known field\.\n {2}7 \| {3}stauts: FAILED\n {4}\| {3}\^\n {2}Did you mean "status"\?/,
    ],
    [
      'a partition size that is not published',
      () => ['data', 'generate', '--partition-mb', '30', '--count', '1', '--out', 'x'],
      /Allowed choices are 25, 50, 75, 100/,
    ],
    [
      'a count that is none',
      () => ['data', 'generate', '--partition-mb', '25', '--count', '0', '--out', 'x'],
      /whole number from 1/,
    ],
    [
      'an unknown backend',
      () => ['run', scenario('backend', TINY), '--backend', 'embeded'],
      /no backend "embeded"\.\n {2}did you mean embedded\?/,
    ],
    [
      'an axis that is not there',
      () => ['run', scenario('axis', TINY), '--set', 'size=1'],
      /no matrix axis "size"/,
    ],
    [
      'a folder without data',
      () => ['run', scenario('folder', 'dataset: {folder: ./nothing}\n')],
      /nothing does not exist/,
    ],
    ['a file of no known kind', () => ['validate', BIN], /no kind of file that can be checked/],
  ])('%s', async (_, args, sentence) => {
    const { code, stderr } = await cosmicai(...args());
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it('shows a stack only with --debug', async () => {
    expect((await cosmicai('run', 'nowhere.yaml', '--debug')).stderr).toMatch(/\n\s+at /);
  });
});

describe('validate', () => {
  it('accepts the scenarios and the state machine of this repository', async () => {
    const scenarios = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
    const files = [...scenarios.map((name) => `scenarios/${name}`), 'statemachine/cosmicai.asl.json'].map(
      (name) => resolve(name),
    );
    const { code, stdout, stderr } = await cosmicai('validate', ...files);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(files.length);
  });

  it('names what is wrong with each file and goes on', async () => {
    const partition = join(folder, 'broken.pt');
    writeFileSync(partition, 'PK\x03\x04 but no more');
    const machine = join(folder, 'broken.asl.json');
    writeFileSync(machine, '{"StartAt": "Nowhere", "States": {"A": {"Type": "Succeed"}}}');
    const good = scenario('good', TINY);
    const { code, stdout, stderr } = await cosmicai('validate', partition, machine, good);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.pt');
    expect(stderr).toMatch(/broken\.asl\.json: \/StartAt/);
    expect(stdout).toMatch(/good\.yaml: valid scenario "good", 1 run/);
  });
});

describe('data', () => {
  it('generates the same bytes for the same seed, and others for another', async () => {
    const generate = (out: string, seed: string) =>
      cosmicai(
        'data',
        'generate',
        '--partition-mb',
        '25',
        '--count',
        '1',
        '--format',
        'pt',
        '--seed',
        seed,
        '--out',
        out,
      );
    const [a, b, c] = [await generate('a', '5'), await generate('b', '5'), await generate('c', '6')];
    expect([a.code, b.code, c.code]).toEqual([0, 0, 0]);
    const bytes = (out: string) => readFileSync(join(folder, out, '1.pt'));
    expect(bytes('a').equals(bytes('b'))).toBe(true);
    expect(bytes('a').equals(bytes('c'))).toBe(false);
    const { code, stdout } = await cosmicai('data', 'inspect', 'a/1.pt');
    expect(code).toBe(0);
    expect(stdout).toMatch(/pt\s+│ 1278/);
  });
});

describe('model', () => {
  const fixtures = resolve('test/fixtures/pt');
  const defaultModel = resolve('lambdas/inference/model/model.onnx');

  it('inspects models and checkpoints', async () => {
    const onnx = await cosmicai('model', 'inspect', defaultModel);
    expect(onnx.stdout).toMatch(/model\.onnx: onnx of pytorch/);
    expect(onnx.stdout).toContain('magnitude[N, 5]');
    const checkpoint = await cosmicai('model', 'inspect', join(fixtures, 'model_dataparallel.pt'), '--json');
    expect(JSON.parse(checkpoint.stdout)[0]).toMatchObject({ kind: 'module', elements: expect.any(Number) });
  });

  it('refuses a checkpoint of another network, and one that would run code', async () => {
    const out = join(folder, 'never.onnx');
    const other = await cosmicai('model', 'import', join(fixtures, 'model_state.pt'), '--out', out);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('is not a checkpoint of AstroMAE');
    const hostile = await cosmicai('model', 'import', join(fixtures, 'malicious_legacy.pt'), '--out', out);
    expect(hostile.code).toBe(2);
    expect(hostile.stderr).toContain('refused and nothing of it was run');
    expect(readdirSync(folder)).not.toContain('never.onnx');
  });

  it('says what to install when there is no torch', async () => {
    const built = await cosmicai('model', 'build', 'astromae', '--python', 'python-of-nowhere');
    expect(built.code).toBe(3);
    expect(built.stderr).toContain('pip install torch==');
  });

  it('quantises, and writes nothing when the redshifts would suffer', async () => {
    await cosmicai('data', 'generate', '--partition-mb', '25', '--count', '1', '--out', 'quantize');
    const data = readdirSync(join(folder, 'quantize')).find((name) => name.endsWith('.pt'))!;
    const quantize = (out: string, tolerance: string) =>
      cosmicai(
        ...['model', 'quantize', defaultModel, '--data', join('quantize', data)],
        ...['--out', out, '--tolerance', tolerance],
      );
    const refused = await quantize('strict.onnx', '1e-9');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('nothing was written');
    const accepted = await quantize('int8.onnx', '0.05');
    expect(accepted.stdout).toMatch(/int8: 0\.\d+ -> 0\.\d+ MiB/);
    expect(accepted.code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx'))).toEqual(['int8.onnx']);
  });
});

describe('up', () => {
  it('takes code from a folder, and lets a debugger attach', async () => {
    const probe = createServer();
    await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
    const { port } = probe.address() as { port: number };
    await new Promise((done) => probe.close(done));
    const source = join(folder, 'edited');
    mkdirSync(source);
    const write = (text: string) =>
      writeFileSync(join(source, 'index.mjs'), `export const handler = async () => '${text}';`);
    write('first');
    const state = ['--port', '0', '--state', 'state-edit'];
    const options = ['--hot-reload', 'f=edited', '--inspect', `f=${port}`, '--cpu-share'];
    const { child, ended, seen } = start('up', ...state, ...options);
    await until(() => seen.stdout.includes('ready '));
    const lambda = new LambdaClient({
      endpoint: /ready (\S+)/.exec(seen.stdout)![1]!,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const call = async () =>
      (await lambda.send(new InvokeCommand({ FunctionName: 'f' }))).Payload!.transformToString();
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'f',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/r',
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8('') }) },
      }),
    );
    await waitUntilFunctionActiveV2(
      { client: lambda, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.05 },
      { FunctionName: 'f' },
    );
    expect(await call()).toBe('"first"');
    write('the second');
    expect(await call()).toBe('"the second"');
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as object[];
    expect(targets).toMatchObject([{ type: 'node' }]);
    lambda.destroy();
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
    await expect(fetch(`http://127.0.0.1:${port}/json/list`)).rejects.toThrow();
    expect(await cosmicai('up', '--inspect', 'f=none')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must read function or function=port'),
    });
  });

  it('prints one line when it answers, and ends cleanly on SIGINT', async () => {
    const { child, ended, seen } = start('up', '--port', '0', '--state', 'state-up');
    await until(() => seen.stdout.includes('\n'));
    // `Ready.` is what Testcontainers' modules for LocalStack wait for.
    expect(seen.stdout).toMatch(/^token [\w-]{43}\nready http:\/\/127\.0\.0\.1:\d+\nReady\.\n$/);
    const answer = await fetch(/ready (\S+)/.exec(seen.stdout)![1]!);
    expect(answer.status).toBeLessThan(500);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('runs the scripts of --init by name before it says that it is ready', async () => {
    const scripts = mkdtempSync(join(tmpdir(), 'cosmicai-init-'));
    const put = `const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: key } = process.env;
      fetch(url + '/made-by-init', { method: 'PUT' }).then(async ({ status }) => {
        const pages = await (await fetch(url + '/_localstack/init/ready')).json();
        console.log('made', status, key, JSON.stringify(pages));
      });`;
    writeFileSync(join(scripts, '01-first.sh'), 'echo first\n');
    writeFileSync(join(scripts, '02-bucket.js'), put);
    writeFileSync(join(scripts, 'notes.txt'), 'no script');
    try {
      const { child, ended, seen } = start('up', '--port', '0', '--state', 'state-init', '--init', scripts);
      await until(() => seen.stdout.includes('Ready.'));
      const url = /ready (\S+)/.exec(seen.stdout)![1]!;
      expect((await fetch(`${url}/made-by-init`, { method: 'HEAD' })).status).toBe(200);
      expect(await (await fetch(`${url}/_localstack/init/ready`)).json()).toEqual({
        completed: true,
        scripts: [
          { stage: 'READY', name: '01-first.sh', state: 'SUCCESSFUL' },
          { stage: 'READY', name: '02-bucket.js', state: 'SUCCESSFUL' },
        ],
      });
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^first\nmade 200 test \{"completed":false,"scripts":\[.*"name":"02-bucket.js","state":"RUNNING"\}\]\}\n/,
      );
      writeFileSync(join(scripts, '03-bad.sh'), 'exit 7\n');
      const failed = await cosmicai('up', '--port', '0', '--state', 'state-init', '--init', scripts);
      expect(failed).toMatchObject({ code: 3, stdout: '' });
      expect(failed.stderr).toMatch(/The script 03-bad\.sh of .* failed: it ended with 7\./);
      const missing = await cosmicai('up', '--port', '0', '--init', join(scripts, 'none'));
      expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') });
    } finally {
      rmSync(scripts, { recursive: true });
    }
  });

  it('ends cleanly on SIGTERM', async () => {
    const { child, ended, seen } = start('up', '--port', '0', '--state', 'state-term');
    await until(() => seen.stdout.includes('ready'));
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says in one sentence that the port is in use, and ends with 3', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    try {
      const { code, stdout, stderr } = await cosmicai('up', '--port', String(port), '--state', 'state-port');
      expect(stdout).toBe('');
      expect(stderr).toMatch(new RegExp(`${port}.* in use`));
      expect(code).toBe(3);
    } finally {
      server.close();
    }
  });
});

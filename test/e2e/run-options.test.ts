/** Options of `cosmicai run` as a person types them: which runs there are, how often, until when, and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkProject } from '../cosmic-ai.ts';

const BIN = resolve('harness/cli/bin.mjs');
const DATA = 'dataset: {generate: {samples: 8, count: 1}}\n';
let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-options-'));
  linkProject(folder);
  mkdirSync(join(folder, 'suite'));
  write('suite/a', `tags: [quick]\n${DATA}matrix: {n: [1, 2, 3]}\n`);
  write('suite/b', `tags: [quick, slow]\n${DATA}`);
  write('suite/c', `tags: [other]\n${DATA}`);
  write('red', `${DATA}expect: {results: {count: 9}}\n`);
  write('green', DATA);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function write(name: string, text: string): void {
  const head = `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name.replace('suite/', '')}\n`;
  writeFileSync(join(folder, `${name}.yaml`), `${head}${text}`);
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

function start(...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'run', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const seen = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    seen.stdout += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    seen.stderr += chunk;
  });
  const ended = new Promise<{ code: number | null } & typeof seen>((done) =>
    child.on('close', (code) => done({ code, ...seen })),
  );
  return { child, seen, ended };
}

/** Names of the runs that a selection leaves; nothing is carried out. */
async function chosen(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await start('suite/', '--dry-run', ...args).ended;
  expect(code, stderr).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => /^[abc]( n=\d)?\s*$/.test(line))
    .map((line) => line.trim());
}

describe('which runs there are', () => {
  it('--tag takes scenarios with one of the tags, !tag leaves out', async () => {
    expect(await chosen('--tag', 'quick,other', '--tag', '!slow')).toEqual(['a n=1', 'a n=2', 'a n=3', 'c']);
  });

  it('--shard parts all runs among machines, each in exactly one', async () => {
    const [first, second] = await Promise.all([chosen('--shard', '1/2'), chosen('--shard', '2/2')]);
    expect(first).toEqual(['a n=1', 'a n=3', 'c']);
    expect(second).toEqual(['a n=2', 'b']);
  });
});

describe('how often and how long', () => {
  it('--json - writes nothing but the report to standard output', async () => {
    const { code, stdout, stderr } = await start('green.yaml', '--json', '-').ended;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ passed: true });
    expect(stderr).toContain('1 passed');
  });

  it('refuses files that cannot be written before anything runs, all at once', async () => {
    const args = ['green.yaml', '--json', 'no/folder/out.json', '--html', 'suite', '--attest', 'none/e.json'];
    const { code, stdout, stderr } = await start(...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no/folder/out.json cannot be written: the folder no/folder does not exist.');
    expect(stderr).toContain('suite is a folder, not a file.');
    expect(stderr).toContain('none/e.json cannot be written');
    expect(stderr).not.toContain('deploying');
  });

  it('--retries tries what failed again, and --bail ends there', async () => {
    const args = ['red.yaml', 'green.yaml', '--retries', '1', '--bail', '--json', 'out.json'];
    const { code, stdout, stderr } = await start(...args).ended;
    expect(code).toBe(1);
    expect(stderr.match(/red: judging/g)).toHaveLength(2);
    expect(stdout).toMatch(/FAIL red/);
    expect(stdout).toMatch(/0 passed, 1 failed, 1 (?:not run|skipped|left out)/);
    expect(`${stdout}${stderr}`).not.toMatch(/green:/);
  });
});

it('--update writes snapshot, redshifts and baseline, which the next run is judged by', async () => {
  write(
    'kept',
    `${DATA}expect:
  history: {snapshot: kept/history.txt}
  predictions: {reference: {file: kept/z.json, tolerance: 1.0e-5}}
  baseline: {file: kept/baseline.json, machine: any, compare: {predictions.MAE: {rise: 1 %}}}
`,
  );
  const missing = await start('kept.yaml').ended;
  expect(missing.code).toBe(1);
  expect(missing.stdout.match(/run with --update to write it/g)).toHaveLength(2);

  const updated = await start('kept.yaml', '--update').ended;
  expect(updated.code, updated.stdout).toBe(0);
  const snapshot = read('kept/history.txt');
  expect(snapshot).toMatch(/execution SUCCEEDED/);
  expect(JSON.parse(read('kept/z.json'))['partitions/1.pt']).toHaveLength(8);

  writeFileSync(join(folder, 'kept/history.txt'), snapshot.replace('TaskStateEntered', 'PassStateEntered'));
  const changed = await start('kept.yaml').ended;
  expect(changed.code).toBe(1);
  // The snapshot alone differs: redshifts and baseline stand.
  expect(changed.stdout.split('\n').filter((line) => line.startsWith('  x '))).toEqual([
    '  x history  kept.yaml:6:13',
  ]);
  expect(changed.stdout).toMatch(/expected kept\/history\.txt:\d+: .*PassStateEntered/);
});

it('--watch runs again what a change touches, tells mistakes, and ends with 130', async () => {
  write('watched', `${DATA}expect: {results: {count: 1}}\n`);
  const good = read('watched.yaml');
  const { child, seen, ended } = start('watched.yaml', '--watch');
  const rounds = (number: number) =>
    until(() => (seen.stderr.match(/^Watching \d+ files; Ctrl-C ends\.$/gm) ?? []).length >= number, seen);
  const save = (text: string) => writeFileSync(join(folder, 'watched.yaml'), text);
  await rounds(1);
  expect(seen.stdout).toMatch(/PASS watched/);

  save(good.replace('results: {count: 1}', 'results: {count: 7}'));
  await rounds(2);
  expect(seen.stdout).toMatch(/FAIL watched/);

  save(good.replace('expect:', 'expct:'));
  await rounds(3);
  expect(seen.stderr).toMatch(
    /watched\.yaml:5:1: expct is not a known field\.[\s\S]*Did you mean "expect"\?/,
  );

  save(good);
  await rounds(4);
  expect(seen.stdout.match(/PASS watched/g)).toHaveLength(2);

  // Saved without a change: looked at, and not run.
  save(good);
  await rounds(5);
  expect(seen.stdout.match(/PASS watched/g)).toHaveLength(2);

  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

async function until(condition: () => boolean, seen: { stderr: string }, timeoutMs = 120_000): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`not in time: ${seen.stderr}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** `cosmicai run` as a person types it: whole pipelines in real processes, interrupted and killed ones included. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkProject } from '../cosmic-ai.ts';

const BIN = resolve('harness/cli/bin.mjs');
let folder: string;
let children: ChildProcess[];

// One folder for all: what is built and generated is cached in it, as in a person's.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-run-'));
  linkProject(folder);
});
beforeEach(() => {
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Run {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<number | null>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  return { child, output, ended: new Promise((done) => child.on('close', done)) };
}

function scenario(name: string, text: string): string {
  writeFileSync(
    join(folder, `${name}.yaml`),
    `apiVersion: cosmicai/v1\nkind: Scenario\nname: ${name}\n${text}`,
  );
  return `${name}.yaml`;
}

const TINY = 'dataset:\n  generate: {format: pt, samples: 48, count: 3}\n';

async function until(condition: () => boolean, what: string, timeoutMs = 120_000): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Ids of all processes below `pid`, from the parents in /proc. */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const found = [pid];
  for (const ancestor of found) {
    for (const [child, parent] of parents) if (parent === ancestor) found.push(child);
  }
  return found.slice(1);
}

/** The parent of a process that is alive; the name in `stat` may hold spaces and brackets. */
function parentOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[1]);
  } catch {
    return undefined;
  }
}

const alive = (pids: readonly number[]) => pids.filter((pid) => parentOf(pid) !== undefined);

describe('a run', () => {
  it('passes, writes JSON and evidence, and leaves no state behind', async () => {
    const file = scenario('green', `${TINY}expect: {predictions: {finite: true}}\n`);
    const { ended, output } = start('run', file, '--json', 'out.json');
    expect(await ended, output.stderr + output.stdout).toBe(0);
    expect(output.stdout).toMatch(/PASS green/);
    const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
    expect(report).toMatchObject({
      passed: true,
      runs: [{ scenario: 'green', figures: { partitions: 3, batches: 3 } }],
    });
    const [runId] = readdirSync(join(folder, '.cosmicai/runs'));
    const run = join(folder, '.cosmicai/runs', runId!);
    expect(readdirSync(run).sort()).toEqual([
      'history.json',
      'invocations.json',
      'logs.txt',
      'objects.json',
      'outcome.json',
      'plans.json',
      'predictions.json',
      'provenance.json',
      'recomputed.json',
      'record.json',
      'report.html',
      'results.json',
      'truth.json',
      'verdicts.json',
    ]);
    expect(readFileSync(join(run, 'logs.txt'), 'utf8')).toMatch(/REPORT RequestId: /);
    expect(JSON.parse(readFileSync(join(run, 'results.json'), 'utf8'))).toHaveLength(3);
  });

  it('fails with expected, actual and evidence when an expectation does not hold', async () => {
    const file = scenario('red', `${TINY}expect: {results: {count: 4}}\n`);
    const { ended, output } = start('run', file);
    expect(await ended).toBe(1);
    expect(output.stdout).toMatch(
      /x number of results {2}red\.yaml:6:20\n {6}expected = 4\n {6}actual {3}3\n {6}evidence (\S+results\.json)/,
    );
    const evidence = /evidence (\S+results\.json)/.exec(output.stdout)![1]!;
    expect(existsSync(join(folder, evidence))).toBe(true);
  });

  it.each([
    ['truncate', 'PartitionError.Truncated'],
    ['nan', 'PartitionError.NonFinite'],
    ['shape', 'PartitionError.WrongShape'],
    ['hostile', 'PartitionError.HostilePickle'],
  ])('says in one sentence what is wrong with data damaged by %s', async (kind, error) => {
    const file = scenario('bad', `${TINY}  damage: [{partition: 2, kind: ${kind}}]\n`);
    const { ended, output } = start('run', file);
    expect(await ended).toBe(1);
    const failures = output.stdout.split('\n').filter((line) => line.startsWith('  x '));
    expect(failures).toEqual(['  x status  bad.yaml:1:1']);
    expect(output.stdout).toContain(`actual   FAILED (${error}: s3://cosmicai-data/partitions/2.pt`);
  });

  it('goes on with the other scenarios after one that fails', async () => {
    const red = scenario('red', `${TINY}expect: {status: FAILED}\n`);
    const green = scenario('green', TINY);
    const { ended, output } = start('run', red, green);
    expect(await ended).toBe(1);
    expect(output.stdout).toMatch(/FAIL red[\s\S]*PASS green/);
    expect(output.stdout).toMatch(/1 passed, 1 failed/);
  });
});

describe('an end from outside', () => {
  const slow = () => {
    writeFileSync(
      join(folder, 'slow.ts'),
      'export const handler = () => new Promise(() => setInterval(() => {}, 1000));\n',
    );
    return scenario('slow', `${TINY}deploy: {functions: {inference: {source: ./slow.ts}}}\n`);
  };
  /** Starts the slow scenario; resolves with its processes once the functions run. */
  const startSlow = async () => {
    const run = start('run', slow());
    await until(() => /3 running/.test(run.output.stderr), 'the functions run');
    let pids: number[] = [];
    await until(() => {
      pids = descendantsOf(run.child.pid!);
      return pids.length >= 2;
    }, 'the functions have processes');
    return { run, pids };
  };

  it.skipIf(process.platform !== 'linux')('Ctrl-C ends with 130 and leaves no process', async () => {
    const { run, pids } = await startSlow();
    run.child.kill('SIGINT');
    expect(await run.ended, run.output.stderr).toBe(130);
    expect(run.output.stderr).toMatch(/Interrupted: everything this run had started is stopped/);
    await until(() => alive(pids).length === 0, 'every process has ended', 5_000);
  });

  it.skipIf(process.platform !== 'linux')('SIGKILL leaves no process, and the next run works', async () => {
    const { run, pids } = await startSlow();
    run.child.kill('SIGKILL');
    await run.ended;
    await until(() => alive(pids).length === 0, 'every process has ended', 15_000);
    const next = start('run', scenario('green', TINY));
    expect(await next.ended, next.output.stderr + next.output.stdout).toBe(0);
  });
});

describe('several runs in one call', () => {
  const several = () =>
    scenario(
      'several',
      `tags: [many]\nmatrix: {n: [4, 5, 6]}\ndataset:\n  generate: {format: pt, samples: "\${n}", count: 2}\n`,
    );

  it('go side by side with --workers, chosen by --grep, repeated by --repeat, and are told in order', async () => {
    const file = several();
    const args = [
      '--workers',
      '2',
      '--grep',
      'n=[45]$',
      '--repeat',
      '2',
      '--timeout',
      '5m',
      '--json',
      'w.json',
    ];
    const run = start('run', file, ...args);
    expect(await run.ended, run.output.stderr + run.output.stdout).toBe(0);
    const { runs } = JSON.parse(readFileSync(join(folder, 'w.json'), 'utf8'));
    expect(runs).toHaveLength(4);
    const heads = run.output.stdout.split('\n').filter((line) => line.startsWith('PASS'));
    expect(heads.map((line) => /n=\d/.exec(line)![0])).toEqual(['n=4', 'n=4', 'n=5', 'n=5']);
    // The second begins before the first has ended.
    const started = run.output.stderr.indexOf('[2/4] several n=4 #2: starting');
    expect(started).toBeGreaterThan(-1);
    expect(started).toBeLessThan(run.output.stderr.indexOf('[1/4] several n=4 #1: passed'));
  });

  it('are gone on with after Ctrl-C: what passed is not repeated, the report covers the whole', async () => {
    // What the tests before have interrupted is no part of this.
    rmSync(join(folder, '.cosmicai/suites'), { recursive: true });
    const first = start('run', several());
    await until(() => /\[2\/3\].*running the pipeline/.test(first.output.stderr), 'the second run has begun');
    first.child.kill('SIGINT');
    expect(await first.ended, first.output.stderr).toBe(130);
    expect(first.output.stderr).toContain('cosmicai run --resume');

    const second = start('run', '--resume');
    expect(await second.ended, second.output.stderr + second.output.stdout).toBe(0);
    expect(second.output.stderr).toMatch(/Resuming \S+: 1 of 3 runs passed before/);
    expect(second.output.stderr).not.toContain('[1/3]');
    expect(second.output.stdout).toContain('3 passed');

    const third = start('run', '--resume');
    expect(await third.ended).toBe(2);
    expect(third.output.stderr).toMatch(/no run that was interrupted/);
  });

  it('need something to run', async () => {
    const run = start('run');
    expect(await run.ended).toBe(2);
    expect(run.output.stderr).toMatch(/nothing to run.*cosmicai init/s);
  });
});

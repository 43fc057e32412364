import { describe, expect, it, vi } from 'vitest';
import { ExitCode, HarnessError } from '../../../harness/core/errors.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { jobsOf } from '../../../harness/scenario/jobs.ts';
import { readScenario } from '../../../harness/scenario/load.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';
import { repeatedRuns } from '../../../harness/scenario/repeats.ts';
import { type RunContext, runCell } from '../../../harness/scenario/run.ts';
import { type RunnerOptions, runAll } from '../../../harness/scenario/runner.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

registerPacks();

vi.mock('../../../harness/scenario/run.ts', () => ({ runCell: vi.fn() }));
vi.mock('../../../harness/packs/redshift/datasets/prepare.ts', () => ({ ensureGenerated: async () => {} }));

const scenario = readScenario(
  's.yaml',
  'apiVersion: cosmicai/v1\nkind: Scenario\nname: s\nmatrix: {a: [1, 2, 3]}\ndataset:\n  generate: {samples: 4, count: 1}\n',
);

/** Runs the three cells; `results` says of each call whether it passes, or what it throws. */
async function run(results: (boolean | Error)[], options: Partial<RunnerOptions>) {
  let call = 0;
  vi.mocked(runCell).mockImplementation(async (plan) => {
    const passed = results[call++] ?? true;
    if (passed instanceof Error) throw passed;
    const { record, runFolder } = sampleEvidence((one) => {
      one.executions[0]!.stoppedAtMs = 1000 + 1000 * call;
    });
    return {
      scenario: 's',
      file: 's.yaml',
      cell: plan.cell,
      runId: 'r',
      runFolder,
      record,
      verdicts: [],
      passed,
      stagesMs: {},
    };
  });
  const context = {
    onProgress() {},
    signal: new AbortController().signal,
    workspace: {},
  } as unknown as RunContext;
  const result = await runAll([scenario], context, {
    bail: false,
    retries: 0,
    repeat: 1,
    workers: 1,
    ...options,
  });
  return { ...result, calls: call };
}

const told = (outcomes: RunOutcome[]) => outcomes.map(({ passed, attempts }) => [passed, attempts]);

describe('the runner', () => {
  it('goes on after a failure, and after a run that could not be carried out', async () => {
    const broken = new HarnessError('x', 'no port', { exitCode: ExitCode.environmentFailed });
    const { outcomes, errors, skipped } = await run([false, broken, true], {});
    expect(told(outcomes)).toEqual([
      [false, undefined],
      [true, undefined],
    ]);
    expect(errors).toHaveLength(1);
    expect(skipped).toBe(0);
  });

  it('ends at the first failure with bail, and says how many are left out', async () => {
    const { outcomes, skipped, calls } = await run([true, false, true], { bail: true });
    expect([outcomes.length, skipped, calls]).toEqual([2, 1, 2]);
  });

  it('tries a failed run again and keeps that it was', async () => {
    const { outcomes, calls } = await run([false, true, true, false, false, false], { retries: 2 });
    expect(told(outcomes)).toEqual([
      [true, 2],
      [true, undefined],
      [false, 3],
    ]);
    expect(calls).toBe(6);
  });

  it('repeats each run and tells the median with its interval', async () => {
    const { outcomes, calls } = await run([], { repeat: 3 });
    expect(calls).toBe(9);
    expect(outcomes.map((one) => one.repeat)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    const [first, ...others] = repeatedRuns(outcomes, () => []);
    expect(others).toHaveLength(2);
    const duration = first!.metrics.find((one) => one.expression === 'max(execution.duration)')!;
    expect(duration).toMatchObject({ values: [1, 2, 3], median: 2, unit: 's', count: 3 });
    expect(duration.low).toBeGreaterThanOrEqual(1);
    expect(duration.high).toBeLessThanOrEqual(3);
  });

  it('does not carry out again what stands from an earlier call, and tells the whole in order', async () => {
    const [first, second] = jobsOf([scenario], 1);
    const earlier = (await run([], {})).outcomes[1]!;
    const kept: string[] = [];
    const { outcomes, calls } = await run([], {
      finished: new Map([[second!.key, { ...earlier, runId: 'earlier' }]]),
      onFinished: ({ key }) => void kept.push(key),
    });
    expect(calls).toBe(2);
    expect(outcomes.map(({ runId }) => runId)).toEqual(['r', 'earlier', 'r']);
    expect(kept).toContain(first!.key);
    expect(kept).not.toContain(second!.key);
  });
});

describe('several runs side by side', () => {
  /** Runs whose end the test decides. */
  function start(options: Partial<RunnerOptions>) {
    const ends: { a: unknown; end(passed: boolean): void; fail(error: Error): void }[] = [];
    const signals: AbortSignal[] = [];
    vi.mocked(runCell).mockImplementation((plan, _source, context) => {
      signals.push(context.signal);
      return new Promise((resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
        ends.push({
          a: plan.cell['a'],
          end: (passed) => resolve({ cell: plan.cell, passed, verdicts: [] } as unknown as RunOutcome),
          fail: reject,
        });
      });
    });
    const interrupt = new AbortController();
    const context = { onProgress() {}, signal: interrupt.signal, workspace: {} } as unknown as RunContext;
    const ended = runAll([scenario], context, {
      bail: false,
      retries: 0,
      repeat: 1,
      workers: 2,
      ...options,
    });
    ended.catch(() => {});
    const started = async (count: number) => {
      await vi.waitFor(() => expect(ends.length).toBeGreaterThanOrEqual(count));
      return ends.map(({ a }) => a);
    };
    return { ends, ended, started, interrupt };
  }

  it('begins no more than asked for, and tells outcomes in the order of the scenario', async () => {
    const { ends, ended, started } = start({});
    expect(await started(2)).toEqual([1, 2]);
    ends[1]!.end(true);
    expect(await started(3)).toEqual([1, 2, 3]);
    ends[2]!.end(true);
    ends[0]!.end(false);
    expect((await ended).outcomes.map(({ cell }) => cell['a'])).toEqual([1, 2, 3]);
  });

  it('stops the neighbours with bail, which count as left out', async () => {
    const { ends, ended, started } = start({ bail: true });
    await started(2);
    ends[0]!.end(false);
    expect(await ended).toMatchObject({ outcomes: [{ cell: { a: 1 } }], errors: [], skipped: 2 });
  });

  it('stops the neighbours on a defect and throws it', async () => {
    const { ends, ended, started } = start({});
    await started(2);
    ends[0]!.fail(new TypeError('a defect'));
    await expect(ended).rejects.toThrow('a defect');
    expect(ends).toHaveLength(2);
  });

  it('ends all when interrupted', async () => {
    const { ended, started, interrupt } = start({});
    await started(2);
    interrupt.abort();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tells each run how many share the machine, and its repeats what the others brought', async () => {
    const seen: unknown[] = [];
    vi.mocked(runCell).mockImplementation(async (plan, _source, context) => {
      const repeats = context.repeats?.();
      seen.push([context.sideBySide, repeats?.earlier.length, repeats?.remaining]);
      return { cell: plan.cell, passed: true, verdicts: [], record: {} } as unknown as RunOutcome;
    });
    const context = {
      onProgress() {},
      signal: new AbortController().signal,
      workspace: {},
    } as unknown as RunContext;
    const one = { ...scenario, runs: scenario.runs.slice(0, 1) };
    await runAll([one], context, { bail: false, retries: 0, repeat: 3, workers: 1 });
    expect(seen).toEqual([
      [1, 0, 2],
      [1, 1, 1],
      [1, 2, 0],
    ]);
  });
});

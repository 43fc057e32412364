import { describe, expect, it, vi } from 'vitest';
import { ExitCode, HarnessError } from '../../../harness/core/errors.ts';
import { readScenario } from '../../../harness/scenario/load.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';
import { repeatedRuns } from '../../../harness/scenario/repeats.ts';
import { type RunContext, runCell } from '../../../harness/scenario/run.ts';
import { type RunnerOptions, runAll } from '../../../harness/scenario/runner.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

vi.mock('../../../harness/scenario/run.ts', () => ({ runCell: vi.fn() }));

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
  const context = { onProgress() {}, signal: new AbortController().signal } as unknown as RunContext;
  const result = await runAll([scenario], context, { bail: false, retries: 0, repeat: 1, ...options });
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
    const [first, ...others] = repeatedRuns(outcomes);
    expect(others).toHaveLength(2);
    const duration = first!.metrics.find((one) => one.expression === 'max(execution.duration)')!;
    expect(duration).toMatchObject({ values: [1, 2, 3], median: 2, unit: 's', count: 3 });
    expect(duration.low).toBeGreaterThanOrEqual(1);
    expect(duration.high).toBeLessThanOrEqual(3);
  });
});

import { describe, expect, it } from 'vitest';
import { evaluateExpression, resolveExpression } from '../../../harness/metrics/index.ts';
import type { CoverageRecord, RunRecord } from '../../../harness/record/run-record.ts';
import { coverageLines } from '../../../harness/reports/coverage.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

function record(counts: { [key: string]: number }): RunRecord {
  const missed = Object.keys(counts).filter((key) => counts[key] === 0);
  const total = Object.keys(counts).length;
  const machine = { stateMachineArn: ARN, covered: total - missed.length, total, missed, counts };
  return { coverage: [machine] } as unknown as RunRecord;
}

const COUNTS = {
  '/States/A': 2,
  '/States/A/Choices[0]': 1,
  '/States/A/Default': 0,
  '/States/B': 1,
  '/States/B -> End': 1,
  '/States/B/Retry[0]': 0,
  '/States/B/Catch[0]': 0,
  '/States/B/Catch[1]': 3,
  '/States/M/ItemProcessor/States/C': 0,
  '/States/M/ItemProcessor/States/C -> D': 0,
};

describe('coverage metrics', () => {
  it.each([
    ['coverage.states', (100 * 2) / 3],
    ['coverage.transitions', 50],
    ['coverage.choices', 50],
    ['coverage.retriers', 0],
    ['coverage.catchers', 50],
  ])('%s is %d %%', (name, share) => {
    expect(evaluateExpression(resolveExpression(name), record(COUNTS))).toBeCloseTo(share, 9);
  });

  it('leaves out machines that had no execution, unless none had any', () => {
    const [idle] = record({ '/States/X': 0 }).coverage!;
    const [started] = record({ '/States/A': 1 }).coverage!;
    const share = (...coverage: CoverageRecord[]) =>
      evaluateExpression(resolveExpression('coverage.states'), { coverage } as unknown as RunRecord);
    expect(share(idle!, started!)).toBe(100);
    expect(share(idle!, idle!)).toBe(0);
  });

  it('has no value where there is nothing to take, or nobody counted', () => {
    const choices = resolveExpression('coverage.choices');
    expect(evaluateExpression(choices, record({ '/States/A': 1 }))).toBeUndefined();
    expect(evaluateExpression(choices, {} as RunRecord)).toBeUndefined();
  });
});

describe('coverageLines', () => {
  it('joins all runs of a machine and names what none of them took', () => {
    const outcomes = [
      { record: record({ '/States/A': 1, '/States/B': 0, '/States/C': 0 }) },
      { record: record({ '/States/A': 0, '/States/B': 2, '/States/C': 0 }) },
    ] as unknown as RunOutcome[];
    expect(coverageLines(outcomes)).toEqual(['coverage of m: 2/3 states; never taken: /States/C']);
  });

  it('says nothing where nobody counted', () => {
    expect(coverageLines([{ record: {} }] as unknown as RunOutcome[])).toEqual([]);
  });
});

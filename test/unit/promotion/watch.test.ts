import { describe, expect, it } from 'vitest';
import { judgeExecutions } from '../../../harness/promotion/apply/watch.ts';

const limits = { for: 0, every: 0, minimumExecutions: 0, errorRateIncrease: 0, durationRatio: 2 };
const ended = (failed: number, ...seconds: number[]) => ({
  failed,
  durationsMs: seconds.map((one) => one * 1000),
});

describe('judgeExecutions', () => {
  it.each<[string, Parameters<typeof judgeExecutions>, string[]]>([
    ['nothing has ended', [ended(0), ended(0, 1, 1, 1), limits], []],
    ['all is as before', [ended(0, 1, 1, 1), ended(0, 1, 1, 1), limits], []],
    [
      'one fails and none did before',
      [ended(1, 1, 1), ended(0, 1), limits],
      ['1 of 2 executions failed (50.0 %); 0.0 % are allowed'],
    ],
    ['as many fail as before', [ended(1, 1, 1), ended(1, 1, 1), limits], []],
    [
      'more fail, within the increase',
      [ended(1, 1, 1, 1, 1), ended(0, 1), { ...limits, errorRateIncrease: 0.25 }],
      [],
    ],
    [
      'one fails without a release before',
      [ended(1, 1), undefined, limits],
      ['1 of 1 executions failed (100.0 %); 0.0 % are allowed'],
    ],
    ['too few have ended', [ended(1, 1), ended(0, 1), { ...limits, minimumExecutions: 2 }], []],
    [
      'it is slower than allowed',
      [ended(0, 3, 3, 3), ended(0, 1, 1, 1), limits],
      ['the median execution takes 3.0 s, 3.00 times the 1.0 s before; 2 are allowed'],
    ],
    ['it is slower as far as allowed', [ended(0, 2, 2, 2), ended(0, 1, 1, 1), limits], []],
    ['two durations say nothing', [ended(0, 9, 9), ended(0, 1, 1, 1), limits], []],
    ['nor do they before', [ended(0, 9, 9, 9), ended(0, 1, 1), limits], []],
  ])('%s', (_what, given, reasons) => {
    expect(judgeExecutions(...given)).toEqual(reasons);
  });
});

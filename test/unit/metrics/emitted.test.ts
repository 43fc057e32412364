import { describe, expect, it } from 'vitest';
import { judgeThresholds } from '../../../harness/assertions/thresholds.ts';
import { metricsOf, resolveExpression, unitFor } from '../../../harness/metrics/index.ts';
import { summarizedValue, summarizeMetrics } from '../../../harness/promotion/evidence/metric-summary.ts';
import type { EmittedMetric, RunRecord } from '../../../harness/record/run-record.ts';
import { compareRuns } from '../../../harness/reports/compare.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const emitted = (functionName: string, name: string, unit: string, ...values: number[]): EmittedMetric => ({
  functionName,
  namespace: 'CosmicAI',
  name,
  dimensions: { service: functionName },
  unit,
  values,
});

const evidence = sampleEvidence((record) => {
  record.emitted = [
    emitted('cosmicai-inference', 'ReadTime', 'Seconds', 0.2, 0.4),
    emitted('cosmicai-inference', 'PeakRss', 'Megabytes', 300, 310),
    emitted('cosmicai-inference', 'Latency', 'Milliseconds', 500),
    emitted('cosmicai-summarize', 'Latency', 'Seconds', 2),
    emitted('cosmicai-inference', 'ColdStart', 'Count', 1),
    emitted('cosmicai-init', 'ColdStart', 'Count', 1),
    emitted('cosmicai-init', 'Sent', 'Bytes/Second', 100),
    emitted('cosmicai-init', 'odd name', 'Count', 1),
  ];
});
const { record } = evidence;

const valuesOf = (name: string) => {
  const expression = resolveExpression(`max(${name})`);
  return { values: expression.definition.values(record), unit: unitFor(expression, record) };
};

describe('metrics that the functions report themselves', () => {
  it.each([
    ['emf.ReadTime', [0.2, 0.4], 's'],
    ['emf.inference.PeakRss', [300, 310], 'MB'],
    ['emf.ColdStart', [1, 1], ''],
    ['emf.init.ColdStart', [1], ''],
    ['emf.Latency', [500, 2000], 'ms'],
    ['emf.summarize.Latency', [2], 's'],
    ['emf.Sent', [800], 'bps'],
    ['emf.NoSuchThing', [], ''],
  ])('%s', (name, values, unit) => {
    expect(valuesOf(name)).toEqual({ values, unit });
  });

  it('leave out what measures something else', () => {
    const mixed = { ...record, emitted: [record.emitted![0]!, { ...record.emitted![1]!, name: 'ReadTime' }] };
    expect(resolveExpression('max(emf.ReadTime)').definition.values(mixed)).toEqual([0.2, 0.4]);
  });

  it.each([
    ['max(emf.ReadTime)', { lt: '500 ms' }, 'passed', '0.4 s'],
    ['max(emf.ReadTime)', { lt: '100 ms' }, 'failed', '0.4 s'],
    ['max(emf.ReadTime)', { lt: '1 GB' }, 'failed', '0.4 s, and "1 GB" does not fit: a value in s is needed'],
    ['max(emf.ReadTime)', { lt: 1 }, 'failed', '0.4 s, and 1 has no unit: a value in s is needed'],
    ['count(emf.ReadTime)', { eq: 2 }, 'passed', '2'],
    ['sum(emf.ColdStart)', { eq: 2 }, 'passed', '2'],
    ['max(emf.NoSuchThing)', { lt: 1 }, 'not judged', expect.stringContaining('embedded metric format')],
  ] as const)('thresholds: %s %o', (text, bound, outcome, actual) => {
    expect(judgeThresholds({ [text]: bound }, evidence)).toMatchObject([
      { outcome, actual, needs: ['emf-metrics'] },
    ]);
  });

  it('need an aggregate, since there is one value a line', () => {
    expect(() => resolveExpression('emf.ReadTime')).toThrow(/many values and needs an aggregate/);
  });

  it('are listed by function, in evidence and in comparisons too', () => {
    const names = metricsOf(record).flatMap(({ name }) => (name.startsWith('emf.') ? [name] : []));
    expect(names).toEqual([
      'emf.inference.ColdStart',
      'emf.inference.Latency',
      'emf.inference.PeakRss',
      'emf.inference.ReadTime',
      'emf.init."odd name"',
      'emf.init.ColdStart',
      'emf.init.Sent',
      'emf.summarize.Latency',
    ]);
    const summaries = summarizeMetrics(record);
    expect(summarizedValue(summaries, 'max(emf.inference.PeakRss)')).toEqual({ value: 310, unit: 'MB' });
    const outcome = (one: RunRecord) => ({ record: one }) as RunOutcome;
    const silent = { ...record, emitted: [] };
    expect(compareRuns(outcome(record), outcome(silent))).toContainEqual({
      metric: 'emf.inference.ReadTime',
      unit: 's',
      aggregate: 'median',
      a: expect.closeTo(0.3),
      b: undefined,
      ratio: undefined,
    });
  });
});

import { describe, expect, it } from 'vitest';
import {
  evaluateExpression,
  metricsOf,
  resolveExpression,
  subjectOf,
} from '../../../harness/metrics/index.ts';
import { parseExpression, renderExpression } from '../../../harness/metrics/threshold.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const { record } = sampleEvidence((run) => {
  run.functions = { ...run.functions, 'order-etl worker': 'cosmicai-worker', Idle: 'cosmicai-idle' };
  run.invocations.push({ ...run.invocations[1]!, functionName: 'cosmicai-worker', status: 'error' });
});
const value = (text: string) => evaluateExpression(resolveExpression(text), record);

describe('metrics of a function', () => {
  it.each([
    ['max(function.inference.duration)', 2.5005],
    ['p50(function.inference.memory)', 300],
    ['function.inference.invocations', 2],
    ['function.inference.coldStarts', 1],
    ['function.inference.errorRate', 0],
    ['errorRate(function.inference)', 0],
    ['errorRate(function."order-etl worker")', 100],
    ['function."order-etl worker".errors', 1],
    ['errors(function."order-etl worker")', 1],
    ['function.Idle.invocations', 0],
    ['function.Idle.errorRate', undefined],
    ['max(function.Idle.duration)', undefined],
    ['function.Unknown.invocations', undefined],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(value(text)).toBeUndefined();
    else expect(value(text)).toBeCloseTo(expected, 6);
  });

  it('cost what Lambda and the logs of that function cost', () => {
    // 1 GB x (2501 + 2400) ms billed, and two requests.
    expect(value('cost.function.inference')).toBeCloseTo(4.901 * 0.0000166667 + 2 * 2e-7, 12);
    expect(value('cost.function.inference')! + value('cost.function.init')!).toBeLessThan(
      value('cost.total')!,
    );
  });

  it('are listed for every function of the record', () => {
    const names = metricsOf(record).map(({ name }) => name);
    expect(names).toContain('function."order-etl worker".duration');
    expect(names).toContain('cost.function.summarize');
  });

  it.each([
    ['function.order-etl.duration', /a name with hyphens or spaces is quoted/],
    ['p95(function.order-etl.duration)', /a name with hyphens or spaces is quoted/],
    ['function.Enrich.durations', /of a function there are .*did you mean "duration"/],
    ['errorRate(inference)', /takes a function, as in errorRate\(function\.NAME\)/],
    ['duration(function.Enrich)', /is no aggregate/],
    ['errorRate(function.Enrich', /a "\)" is missing/],
  ])('%s is refused', (text, message) => expect(() => resolveExpression(text)).toThrow(message));

  it('are read back from their canonical text', () => {
    for (const text of ['errorRate(function."a b")', 'max(function.A.duration)', 'cost.function."a-b"']) {
      const parsed = parseExpression(text);
      expect(parseExpression(renderExpression(parsed))).toEqual(parsed);
    }
    expect(subjectOf('errorRate(function."a b")')).toEqual({ kind: 'function', name: 'a b' });
    expect(subjectOf('cost.function."a-b"')).toEqual({ kind: 'function', name: 'a-b' });
    expect(subjectOf('state."Save all".retries')).toEqual({ kind: 'state', name: 'Save all' });
    expect(subjectOf('cost.total')).toBeUndefined();
  });
});

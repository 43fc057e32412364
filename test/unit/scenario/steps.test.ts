import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../harness/assertions/assertion.ts';
import { withReplacements } from '../../../harness/scenario/execution-input.ts';
import { judgeExpectedFailures } from '../../../harness/scenario/expected-failure.ts';
import { narrowTo } from '../../../harness/scenario/judge-run.ts';
import { stepsSchema } from '../../../harness/scenario/steps/index.ts';
import { predictionsIn, resultsIn, sampleEvidence, sampleResult } from '../assertions/sample-record.ts';

describe('steps', () => {
  it('are one execution unless said otherwise', () => {
    expect(stepsSchema.parse(undefined)).toEqual([
      { execute: { input: {}, status: 'SUCCEEDED', wait: true } },
    ]);
  });

  it.each([
    [
      'none of the kinds',
      [{}],
      /exactly one of put, delete, execute, together, invoke, sendTaskResult, waitFor, redrive/,
    ],
    ['two kinds in one', [{ execute: {}, redrive: {} }], /exactly one of/],
    ['nothing to execute', [{ delete: { key: 'a' } }], /neither start an execution nor invoke/],
    ['no step', [], />=1|at least/],
    ['two contents', [{ put: { key: 'a', text: 'x', json: 1 } }, { execute: {} }], /needs one of/],
    ['a file and a text', [{ put: { key: 'a', text: 'x', file: 'y' } }, { execute: {} }], /needs one of/],
    ['one together', [{ together: [{}] }], />=2|at least/],
  ])('refuse %s', (_, value, message) => {
    expect(() => stepsSchema.parse(value)).toThrow(message);
  });

  it('replace fields of the input, and take out those that are null', () => {
    expect(withReplacements({ a: 1, b: 2, c: null }, { a: 3, b: null })).toEqual({ a: 3, c: null });
  });
});

describe('judgeExpectedFailures', () => {
  const verdict = (field: string, outcome: Verdict['outcome']): Verdict => ({
    name: `about ${field}`,
    outcome,
    expected: 'x',
    actual: 'y',
    path: ['expect', field],
  });
  const invariant: Verdict = { ...verdict('', 'failed'), name: 'CPU time', path: [] };
  const told = (verdicts: Verdict[], expected: string[]) =>
    judgeExpectedFailures(verdicts, expected).map(({ name, outcome }) => `${name}: ${outcome}`);

  it('passes what failed as expected, and nothing else', () => {
    const verdicts = [verdict('complete', 'failed'), verdict('output', 'failed'), invariant];
    expect(told(verdicts, ['complete', 'CPU time'])).toEqual([
      'caught: about complete: passed',
      'about output: failed',
      'caught: CPU time: passed',
    ]);
  });

  it('fails when the fault goes unnoticed, or was never judged', () => {
    expect(told([verdict('complete', 'passed')], ['complete'])).toEqual([
      'about complete: passed',
      'caught: complete: failed',
    ]);
    expect(told([verdict('complete', 'not judged')], ['complete'])[1]).toBe('caught: complete: failed');
  });

  it('changes nothing where no failure is expected', () => {
    const verdicts = [verdict('complete', 'failed'), invariant];
    expect(judgeExpectedFailures(verdicts, [])).toEqual(verdicts);
  });
});

describe('narrowTo', () => {
  it('leaves of two executions the one, with its own results, predictions and objects', () => {
    const { record } = sampleEvidence((one) => {
      const [first] = one.executions;
      const exited = (runId: string) => ({
        id: 9,
        previousEventId: 8,
        timestampMs: 1,
        type: 'TaskStateExited',
        stateExitedEventDetails: { output: `{"run":{"run_id":"${runId}"}}` },
      });
      const input = (path: string) => ({ bucket: 'team4', result_path: path });
      one.executions = [
        { ...first!, executionArn: 'a', input: input('results/1'), history: [exited('A')] },
        { ...first!, executionArn: 'b', input: input('results/10'), history: [exited('B')] },
      ];
      one.evidence['results'] = [
        sampleResult({ run_id: 'A', predictions_key: 'results/1/0.predictions.fits' }),
        sampleResult({ run_id: 'B', predictions_key: 'results/1/1.predictions.fits' }),
      ];
      one.objects.push({
        bucket: 'team4',
        key: 'results/10/0.json',
        sizeBytes: 1,
        etag: '',
        lastModifiedMs: 0,
      });
    });
    const own = narrowTo(record, record.executions[0]!);
    expect(own.executions.map((one) => one.executionArn)).toEqual(['a']);
    expect(resultsIn(own).map((one) => one['run_id'])).toEqual(['A']);
    expect(predictionsIn(own).map(({ rank }) => rank)).toEqual([0]);
    expect(own.objects.map(({ key }) => key)).not.toContain('results/10/0.json');
    expect(narrowTo(record, record.executions[1]!).objects.map(({ key }) => key)).toEqual([
      'results/10/0.json',
    ]);
  });
});

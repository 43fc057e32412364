import { describe, expect, it } from 'vitest';
import {
  type BackendRun,
  differencesOf,
  renderBackendDifferences,
} from '../../../harness/reports/backend-differences.ts';
import { predictionsIn, sampleEvidence } from '../assertions/sample-record.ts';

function runOn(backend: string, change: Parameters<typeof sampleEvidence>[0] = () => {}): BackendRun {
  const { record } = sampleEvidence(change);
  return {
    backend,
    outcome: {
      scenario: 'sample',
      file: 'sample.yaml',
      cell: {},
      runId: record.runId,
      runFolder: '',
      record,
      verdicts: [],
      passed: true,
      stagesMs: {},
    },
  };
}

const named = (runs: BackendRun[], what: string) =>
  differencesOf(runs).find((one) => one.what === what)?.values;

describe('one scenario on several backends', () => {
  it('differs in nothing where the runs are alike but for ids and times', () => {
    const there = runOn('b', (record) => {
      record.runId = 'another';
      record.executions[0]!.output = { note: 'another 20261124T190148418Z', wall_s: 2.5 };
    });
    const here = runOn('a', (record) => {
      record.executions[0]!.output = { note: `${record.runId} 20261124T190000000Z`, wall_s: 1.5 };
    });
    expect(differencesOf([here, there])).toEqual([]);
    expect(renderBackendDifferences([here, there])).toContain('are the same everywhere');
  });

  it('tells status, output, history and predictions that are not the same', () => {
    const runs = [
      runOn('a', (record) => {
        record.executions[0]!.output = { statusCode: 200 };
      }),
      runOn('b', (record) => {
        record.executions[0]!.status = 'FAILED';
        record.executions[0]!.output = { statusCode: 500 };
        record.executions[0]!.history.pop();
        predictionsIn(record)[0]!.zPred[0]! += 0.5;
      }),
    ];
    expect(named(runs, 'status')).toEqual(['SUCCEEDED', 'FAILED']);
    expect(named(runs, 'output.statusCode')).toEqual(['200', '500']);
    expect(named(runs, 'events in history')).toHaveLength(2);
    expect(named(runs, 'predictions')![1]).toBe('max |dz| 5.0e-1');
    expect(renderBackendDifferences(runs)).toMatch(/differs in\s+│ a\s+│ b/);
  });

  it('tells a backend on which it could not run', () => {
    const runs = [runOn('a'), { backend: 'b', failure: 'No container engine answers.' }];
    expect(named(runs, 'run')).toEqual(['passed', 'No container engine answers.']);
    expect(renderBackendDifferences(runs)).toContain('No container engine answers.');
  });
});

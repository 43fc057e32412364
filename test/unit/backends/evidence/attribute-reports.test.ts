import { describe, expect, it } from 'vitest';
import { attributeReports } from '../../../../harness/backends/evidence/attribute-reports.ts';
import type {
  ExecutionRecord,
  HistoryRecord,
  InvocationRecord,
} from '../../../../harness/record/run-record.ts';

const reportOf = (requestId: string, more: Partial<InvocationRecord> = {}): InvocationRecord => ({
  functionName: 'f',
  requestId,
  logStream: 'stream',
  endedAtMs: 5,
  durationMs: 10,
  billedDurationMs: 10,
  memorySizeMB: 128,
  maxMemoryUsedMB: 60,
  ...more,
});

/** Attempts of a `lambda:invoke` state: a request id for each that succeeded, undefined for one that failed. */
function historyOf(ids: readonly (string | undefined)[]): HistoryRecord[] {
  return ids.flatMap((id, index): HistoryRecord[] => {
    const first = 3 * index + 1;
    const event = (offset: number, type: string, details: object = {}) => ({
      id: first + offset,
      previousEventId: first + offset - 1,
      timestampMs: first + offset,
      type,
      ...details,
    });
    const parameters = JSON.stringify({
      FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      Payload: {},
    });
    const output = JSON.stringify({ Payload: {}, SdkResponseMetadata: { RequestId: id } });
    return [
      event(0, 'TaskScheduled', { taskScheduledEventDetails: { resourceType: 'lambda', parameters } }),
      event(1, 'TaskStarted'),
      id === undefined
        ? event(2, 'TaskFailed', { taskFailedEventDetails: { error: 'Error' } })
        : event(2, 'TaskSucceeded', { taskSucceededEventDetails: { resourceType: 'lambda', output } }),
    ];
  });
}

const executionOf = (history: HistoryRecord[], more: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  executionArn: 'arn',
  name: 'run',
  status: 'SUCCEEDED',
  startedAtMs: 1,
  input: {},
  history,
  mapRuns: [],
  children: [],
  ...more,
});

describe('attributeReports', () => {
  it('takes the one line of each invocation that the history knows', () => {
    const { invocations, contested } = attributeReports(
      [reportOf('a'), reportOf('b')],
      [executionOf(historyOf(['a', 'b']))],
    );
    expect(contested).toEqual([]);
    expect(invocations.map(({ requestId, status }) => [requestId, status])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });

  it('counts an invocation as failed that the history knows as failed, whatever it printed', () => {
    const { invocations } = attributeReports(
      [reportOf('a'), reportOf('b')],
      [executionOf(historyOf(['a', undefined]))],
    );
    expect(invocations.map(({ requestId, status }) => [requestId, status])).toEqual([
      ['a', undefined],
      ['b', 'error'],
    ]);
  });

  it('counts no invocation as failed for what it printed', () => {
    const printed = reportOf('a', { status: 'error', errorType: 'Error' });
    const { invocations } = attributeReports([printed], [executionOf(historyOf(['a']))]);
    expect(invocations[0]).toEqual(reportOf('a'));
  });

  it.each<[string, InvocationRecord[], RegExp]>([
    [
      'more lines than invocations',
      [reportOf('a'), reportOf('x')],
      /^f: 2 REPORT lines.*know of 1 invocations/,
    ],
    [
      'two lines of one invocation',
      [reportOf('a'), reportOf('a', { durationMs: 1 })],
      /^f: 2 REPORT lines name the request a$/,
    ],
  ])('takes none of %s', (_, reports, why) => {
    const found = attributeReports(reports, [executionOf(historyOf(['a']))]);
    expect(found).toEqual({ invocations: [], contested: [expect.stringMatching(why)] });
  });

  it('takes none where child executions have no histories', () => {
    const child = { executionArn: 'c', mapRunArn: 'm', status: 'SUCCEEDED', startedAtMs: 1 };
    const { invocations, contested } = attributeReports(
      [reportOf('a')],
      [executionOf(historyOf(['a']), { children: [child] })],
    );
    expect(invocations).toEqual([]);
    expect(contested).toEqual([expect.stringContaining('the histories of 1 child executions')]);
  });
});

import { Readable } from 'node:stream';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { collectFunctionLogs } from '../../../../harness/backends/evidence/logs.ts';
import { VirtualClock } from '../../../../harness/core/clock.ts';

interface Event {
  logStreamName: string;
  timestamp: number;
  message: string;
}

const report = (requestId: string) =>
  `REPORT RequestId: ${requestId}\tDuration: 10.00 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\n`;
const event = (message: string, timestamp = 5): Event => ({ logStreamName: 'stream', timestamp, message });

/** A CloudWatch Logs that answers `pages(call)`, call by call, to FilterLogEvents; undefined is: no such group. */
function logsClient(
  pages: (call: number, request: { startTime: number; nextToken?: string }) => Event[][] | undefined,
) {
  let call = 0;
  return new CloudWatchLogsClient({
    region: 'us-east-1',
    endpoint: 'http://memory.invalid',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ body }: { body: Uint8Array | string }) => {
        const request = JSON.parse(Buffer.from(body).toString('utf8'));
        const page = Number(request.nextToken ?? 0);
        if (page === 0) call++;
        const answer = pages(call, request);
        const found = answer?.[page] ?? [];
        const next = answer && page + 1 < answer.length ? { nextToken: String(page + 1) } : {};
        return {
          response: {
            statusCode: answer ? 200 : 400,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: Readable.from([
              JSON.stringify(answer ? { events: found, ...next } : { __type: 'ResourceNotFoundException' }),
            ]),
          },
        };
      },
    } as never,
  });
}

const windowOf = (expectedReports: number) => ({ sinceMs: 1, expectedReports, clock: new VirtualClock(0) });

describe('collectFunctionLogs', () => {
  it('knows an invocation whose handler failed by the line of its runtime', async () => {
    const start = (requestId: string) => event(`START RequestId: ${requestId} Version: $LATEST\n`);
    const nodeError =
      '2026-11-30T00:00:00.000Z\ta\tERROR\tInvoke Error \t{"errorType":"RangeError","errorMessage":"x"}\n';
    const client = logsClient(() => [
      [
        ...[start('a'), event(nodeError), event(report('a'))],
        ...[
          start('b'),
          event('[ERROR] ValueError: no price\nTraceback (most recent call last):\n'),
          event(report('b')),
        ],
        ...[start('c'), event('[ERROR]\t2026-11-30T00:00:00Z\tc\tlogged, not raised\n'), event(report('c'))],
      ],
    ]);
    const { reports } = await collectFunctionLogs(client, ['f'], windowOf(3), []);
    expect(reports.map(({ requestId, status, errorType }) => [requestId, status, errorType])).toEqual([
      ['a', 'error', 'RangeError'],
      ['b', 'error', 'ValueError'],
      ['c', undefined, undefined],
    ]);
  });

  it('reads all pages, and the REPORT lines among them', async () => {
    const gaps: string[] = [];
    const client = logsClient(() => [
      [event('START RequestId: a Version: $LATEST\n')],
      [event(report('a'), 9)],
    ]);
    const { logs, reports } = await collectFunctionLogs(client, ['f'], windowOf(1), gaps);
    expect(logs).toHaveLength(2);
    expect(reports).toEqual([
      {
        functionName: 'f',
        logStream: 'stream',
        requestId: 'a',
        endedAtMs: 9,
        durationMs: 10,
        billedDurationMs: 10,
        memorySizeMB: 128,
        maxMemoryUsedMB: 60,
      },
    ]);
    expect(gaps).toEqual([]);
  });

  it('waits for lines that CloudWatch shows late', async () => {
    const gaps: string[] = [];
    const client = logsClient((call) => [
      call < 4 ? [event(report('a'))] : [event(report('a')), event(report('b'))],
    ]);
    const { reports } = await collectFunctionLogs(client, ['f'], windowOf(2), gaps);
    expect(reports.map(({ requestId }) => requestId)).toEqual(['a', 'b']);
    expect(gaps).toEqual([]);
  });

  it('gives up in the end and says what is missing', async () => {
    const gaps: string[] = [];
    const client = logsClient(() => [[event(report('a'))]]);
    const { reports } = await collectFunctionLogs(client, ['f'], windowOf(2), gaps);
    expect(reports).toHaveLength(1);
    expect(gaps).toEqual(['1 REPORT lines were found where at least 2 were expected']);
  });

  it('takes a function that was never called for what it is', async () => {
    const { logs } = await collectFunctionLogs(
      logsClient(() => undefined),
      ['f'],
      windowOf(0),
      [],
    );
    expect(logs).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseReportLine } from '../../../harness/record/parse-report-line.ts';

/**
 * The nine REPORT lines that the original's authors published (inference function, 75 MB partitions, 10,240 MB):
 * request id, duration, billed, peak memory, init.
 */
const PUBLISHED: [string, number, number, number, number?][] = [
  ['adbca9aa-fe3a-4fd6-b4e7-5e7b46ae71f1', 40243.33, 40908, 5948, 663.81],
  ['dbbce7bf-680b-4189-9037-bf2b54bd43ab', 33676.81, 33677, 5948],
  ['55508073-5408-4b4d-8855-96eb839d28b7', 33809.85, 33810, 5998],
  ['57b78545-fd07-48cc-8861-9286b83a8b02', 33888.02, 33889, 5998],
  ['1742ea60-6556-42bd-a33f-7fb637150426', 33698.68, 33699, 5998],
  ['10c17a69-f818-4199-9ac1-14248fe5fe42', 34812.8, 34813, 5998],
  ['93f2ad0a-0e30-4a18-a76f-6e02f899b913', 33278.25, 33279, 5998],
  ['6b38a716-ad53-4cb2-8cd2-0754317d5d96', 32418.83, 32419, 5998],
  ['4d8864b8-14ae-4099-858d-3eba2aa8759c', 33379.71, 33380, 5998],
];

/** The published form: an export with a time in front and spaces for tabs. */
const published = ([id, duration, billed, peak, init]: (typeof PUBLISHED)[number]) =>
  `2024-11-17 02:41:24.412000+00:00 - REPORT RequestId: ${id}       Duration: ${duration.toFixed(2)} ms   ` +
  `Billed Duration: ${billed} ms       Memory Size: 10240 MB      Max Memory Used: ${peak} MB` +
  `${init === undefined ? '' : `        Init Duration: ${init} ms`}`;

describe('parseReportLine', () => {
  it.each(PUBLISHED)('reads the published line of %s', (...fields) => {
    const [requestId, durationMs, billedDurationMs, maxMemoryUsedMB, initDurationMs] = fields;
    expect(parseReportLine(published(fields))).toEqual({
      requestId,
      durationMs,
      billedDurationMs,
      memorySizeMB: 10_240,
      maxMemoryUsedMB,
      ...(initDurationMs === undefined ? {} : { initDurationMs }),
    });
  });

  it("reads Lambda's own form with tabs, a timeout, and an error type", () => {
    const line =
      'REPORT RequestId: 8f5e\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 150.25 ms\tStatus: timeout\t\n';
    expect(parseReportLine(line)).toMatchObject({
      requestId: '8f5e',
      status: 'timeout',
      initDurationMs: 150.25,
    });
    expect(parseReportLine(line.replace('timeout', 'error\tError Type: Runtime.ExitError'))).toMatchObject({
      status: 'error',
      errorType: 'Runtime.ExitError',
    });
  });

  it('passes over what X-Ray and SnapStart add', () => {
    const line =
      'REPORT RequestId: 8f5e\tDuration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tRestore Duration: 340.10 ms\tBilled Restore Duration: 150 ms\t\nXRAY TraceId: 1-5e\tSegmentId: 4f\tSampled: true\t';
    expect(parseReportLine(line)).toMatchObject({ durationMs: 1, maxMemoryUsedMB: 70 });
  });

  it("reads the JSON log format's platform.report", () => {
    const record = {
      requestId: '8f5e',
      status: 'error',
      errorType: 'Runtime.OutOfMemory',
      metrics: {
        durationMs: 1.5,
        billedDurationMs: 2,
        memorySizeMB: 128,
        maxMemoryUsedMB: 129,
        initDurationMs: 9.1,
      },
    };
    expect(parseReportLine(JSON.stringify({ time: 't', type: 'platform.report', record }))).toEqual({
      requestId: '8f5e',
      durationMs: 1.5,
      billedDurationMs: 2,
      memorySizeMB: 128,
      maxMemoryUsedMB: 129,
      initDurationMs: 9.1,
      status: 'error',
      errorType: 'Runtime.OutOfMemory',
    });
  });

  it.each([
    'START RequestId: 8f5e Version: $LATEST',
    'END RequestId: 8f5e',
    '{"level":"INFO","message":"REPORT RequestId: 8f5e"}',
    'REPORT RequestId: 8f5e\tDuration: fast',
    'my REPORT',
    '',
  ])('takes %j for none', (line) => {
    expect(parseReportLine(line)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReportLine } from '../../../harness/record/parse-report-line.ts';

const milliseconds = fc.integer({ min: 0, max: 90_000_000 }).map((hundredths) => hundredths / 100);

describe('parseReportLine', () => {
  it('reads back what Lambda would have written, apart by tabs or by spaces', () => {
    const line = fc.record({
      requestId: fc.uuid(),
      durationMs: milliseconds,
      billedDurationMs: fc.nat(900_000),
      memorySizeMB: fc.integer({ min: 128, max: 10_240 }),
      maxMemoryUsedMB: fc.integer({ min: 1, max: 10_240 }),
      initDurationMs: fc.option(milliseconds, { nil: undefined }),
      status: fc.constantFrom(undefined, 'timeout', 'error'),
    });
    fc.assert(
      fc.property(line, fc.constantFrom('\t', '   ', '\t\t'), (report, gap) => {
        const text = [
          `REPORT RequestId: ${report.requestId}`,
          `Duration: ${report.durationMs.toFixed(2)} ms`,
          `Billed Duration: ${report.billedDurationMs} ms`,
          `Memory Size: ${report.memorySizeMB} MB`,
          `Max Memory Used: ${report.maxMemoryUsedMB} MB`,
          ...(report.initDurationMs === undefined
            ? []
            : [`Init Duration: ${report.initDurationMs.toFixed(2)} ms`]),
          ...(report.status === undefined ? [] : [`Status: ${report.status}`]),
        ].join(gap);
        const expected = Object.fromEntries(
          Object.entries(report).filter(([, value]) => value !== undefined),
        );
        expect(parseReportLine(`${text}\n`)).toEqual(expected);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseReportLine(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseReportLine(text)));
    fc.assert(fc.property(fc.string(), (text) => void parseReportLine(`REPORT RequestId: ${text}`)));
  });
});

import { describe, expect, it } from 'vitest';
import {
  billedDurationMs,
  initReportLine,
  reportLine,
} from '../../../../../harness/emulator/services/lambda/runtime/report-line.ts';

describe('REPORT lines', () => {
  it('have the form of the published ones', () => {
    expect(
      reportLine({
        requestId: 'adbca9aa-fe3a-4fd6-b4e7-5e7b46ae71f1',
        durationMs: 40243.33,
        billedDurationMs: billedDurationMs(40243.33, 663.81),
        memoryMB: 10240,
        maxMemoryUsedMB: 5948,
        initDurationMs: 663.81,
      }),
    ).toBe(
      'REPORT RequestId: adbca9aa-fe3a-4fd6-b4e7-5e7b46ae71f1\tDuration: 40243.33 ms\tBilled Duration: 40908 ms\tMemory Size: 10240 MB\tMax Memory Used: 5948 MB\tInit Duration: 663.81 ms\t\n',
    );
  });

  it('name the status when the platform ended the invocation', () => {
    const report = {
      requestId: 'r',
      durationMs: 3000,
      billedDurationMs: 3000,
      memoryMB: 128,
      maxMemoryUsedMB: 40,
    };
    expect(reportLine({ ...report, status: 'timeout' })).toMatch(
      /\tMax Memory Used: 40 MB\tStatus: timeout\t\n$/,
    );
    expect(reportLine({ ...report, status: 'error', errorType: 'Runtime.ExitError' })).toMatch(
      /\tStatus: error\tError Type: Runtime.ExitError\t\n$/,
    );
    expect(initReportLine({ durationMs: 10000, phase: 'init', status: 'timeout' })).toBe(
      'INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n',
    );
  });

  it('bill whole milliseconds, rounded up, at least one', () => {
    expect(billedDurationMs(33676.81)).toBe(33677);
    expect(billedDurationMs(100)).toBe(100);
    expect(billedDurationMs(0.0001)).toBe(1);
    // 0.1 + 0.2 is not 0.3 in binary; the figures in the line are what is billed.
    expect(billedDurationMs(1.1, 2.9)).toBe(4);
  });
});

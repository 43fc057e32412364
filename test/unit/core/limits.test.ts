import { describe, expect, it } from 'vitest';
import { AWS_LIMITS, limitsOf } from '../../../harness/core/limits.ts';

describe('limitsOf', () => {
  it('aws-default is the table', () => {
    const limits = limitsOf('aws-default');
    for (const [name, entry] of Object.entries(AWS_LIMITS)) expect(limits).toHaveProperty(name, entry.value);
  });

  it('none lifts quotas but not what shapes a function or a page', () => {
    const limits = limitsOf('none');
    expect(limits.sfnPayloadBytes).toBe(Number.POSITIVE_INFINITY);
    expect(limits.sfnHistoryEvents).toBe(Number.POSITIVE_INFINITY);
    expect(limits.lambdaMemoryPerVcpuMB).toBe(1769);
    expect(limits.lambdaMaxMemoryMB).toBe(10_240);
    expect(limits.s3ListPageKeys).toBe(1000);
    expect(limits.s3MinPartBytes).toBe(0);
    expect(limits.lambdaMinMemoryMB).toBe(128);
  });

  it('single values win over the profile', () => {
    expect(limitsOf('none', { sfnPayloadBytes: 10 }).sfnPayloadBytes).toBe(10);
    expect(limitsOf('aws-default', { lambdaConcurrentExecutions: 2 }).lambdaConcurrentExecutions).toBe(2);
  });

  it('every entry names its page and day', () => {
    for (const entry of Object.values(AWS_LIMITS)) {
      expect(entry.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      expect(entry.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });
});

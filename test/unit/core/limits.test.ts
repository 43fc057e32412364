import { describe, expect, it } from 'vitest';
import { AWS_LIMITS, limitsOf, NEW_ACCOUNT_LIMITS } from '../../../harness/core/limits.ts';

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
    expect(limits.sfnRetainedExecutions).toBe(10_000);
  });

  it('new-account lowers what AWS raises with use', () => {
    const limits = limitsOf('new-account');
    expect(limits).toMatchObject({
      lambdaConcurrentExecutions: 10,
      lambdaMaxMemoryMB: 3008,
      sfnTransitionsPerSecond: 800,
      sfnStartExecutionPerSecond: 150,
      sfnPayloadBytes: 256 * 1024,
    });
    for (const [name, limit] of Object.entries(NEW_ACCOUNT_LIMITS)) {
      expect(limit.value).toBeLessThan(AWS_LIMITS[name as keyof typeof AWS_LIMITS].value);
    }
  });

  it('single values win over the profile', () => {
    expect(limitsOf('none', { sfnPayloadBytes: 10 }).sfnPayloadBytes).toBe(10);
    expect(limitsOf('aws-default', { lambdaConcurrentExecutions: 2 }).lambdaConcurrentExecutions).toBe(2);
  });

  it('every entry names its page and day', () => {
    const entries: { page: string; date: string; kind?: string }[] = [
      ...Object.values(AWS_LIMITS),
      ...Object.values(NEW_ACCOUNT_LIMITS),
    ];
    for (const entry of entries) {
      if (entry.kind === 'own') expect(entry.page).toMatch(/^decisions\/\d{4}-.*\.md$/);
      else expect(entry.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      expect(entry.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });
});

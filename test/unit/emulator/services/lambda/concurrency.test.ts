import { describe, expect, it } from 'vitest';
import { Concurrency } from '../../../../../harness/emulator/services/lambda/invoke/concurrency.ts';

interface Place {
  concurrent?: number;
  scaling?: number;
  perConcurrency?: number;
  reserved?: { [name: string]: number };
  provisioned?: { [name: string]: number };
}

function place({
  concurrent = 1000,
  scaling = 1000,
  perConcurrency = 1e6,
  reserved = {},
  provisioned = {},
}: Place) {
  const clock = { ms: 0 };
  const concurrency = new Concurrency({
    limits: {
      lambdaConcurrentExecutions: concurrent,
      lambdaScalingPer10Seconds: scaling,
      lambdaRequestsPerConcurrency: perConcurrency,
    },
    nowMs: () => clock.ms,
    reserved: (name) => reserved[name],
    totalClaimed: () => Object.values({ ...provisioned, ...reserved }).reduce((sum, one) => sum + one, 0),
    // All of version 1.
    provisioned: (name, version) => (version === '$LATEST' ? 0 : (provisioned[name] ?? 0)),
  });
  /** Enters as often as it may; says why no more. */
  const fill = (name: string, times: number, version?: string) => {
    const leaves: (() => void)[] = [];
    try {
      for (let i = 0; i < times; i++) leaves.push(concurrency.enter(name, version));
      return { leaves, reason: undefined };
    } catch (error) {
      expect(error).toMatchObject({
        code: 'TooManyRequestsException',
        status: 429,
        message: 'Rate Exceeded.',
        details: { Type: 'User' },
      });
      return { leaves, reason: (error as { details: { Reason: string } }).details.Reason };
    }
  };
  return { clock, fill, concurrency };
}

describe('concurrency', () => {
  it("is the account's, less what others have reserved", () => {
    const { fill } = place({ concurrent: 10, reserved: { special: 4 } });
    const { leaves, reason } = fill('f', 20);
    expect(leaves).toHaveLength(6);
    expect(reason).toBe('ConcurrentInvocationLimitExceeded');
    expect(fill('g', 1).reason).toBe('ConcurrentInvocationLimitExceeded');
    leaves[0]!();
    expect(fill('g', 1).reason).toBeUndefined();
  });

  it("is the function's own when it has a reservation", () => {
    const { fill } = place({ concurrent: 10, reserved: { special: 4, none: 0 } });
    const { leaves, reason } = fill('special', 20);
    expect(leaves).toHaveLength(4);
    expect(reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
    expect(fill('none', 1).reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
  });

  // Recorded: with the whole reservation provisioned for a version, $LATEST is throttled.
  it('leaves provisioned executions to their version', () => {
    const { fill } = place({ concurrent: 10, reserved: { f: 2 }, provisioned: { f: 2, g: 3 } });
    expect(fill('f', 1).reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
    const { leaves, reason } = fill('f', 3, '1');
    expect(leaves).toHaveLength(2);
    expect(reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
    leaves[0]!();
    expect(fill('f', 1, '1').reason).toBeUndefined();
    // Without a reservation they are the account's, used or not: 10 - 2 - 3 remain.
    expect(fill('h', 20).leaves).toHaveLength(5);
    expect(fill('g', 20, '1').leaves).toHaveLength(3);
  });

  it('grows by 1,000 environments in ten seconds, for each function', () => {
    const { fill, clock } = place({ concurrent: 10_000 });
    const first = fill('f', 5000);
    expect(first.leaves).toHaveLength(1000);
    expect(first.reason).toBe('ConcurrentInvocationLimitExceeded');
    // Another function has its own thousand.
    expect(fill('g', 5000).leaves).toHaveLength(1000);
    // Those that are there already may be used again at once.
    for (const leave of first.leaves) leave();
    const again = fill('f', 5000);
    expect(again.leaves).toHaveLength(1000);
    clock.ms += 5_000;
    expect(fill('f', 5000).leaves).toHaveLength(500);
    clock.ms += 60_000;
    expect(fill('f', 5000).leaves).toHaveLength(1000);
    // Environments that nobody has used for long are gone.
    for (const leave of again.leaves) leave();
    clock.ms += 6 * 60_000;
    expect(fill('f', 5000).leaves).toHaveLength(1000);
  });

  it('takes ten requests a second for each execution that may run', () => {
    const { fill, clock } = place({ concurrent: 1000, perConcurrency: 10, reserved: { f: 2 } });
    let served = 0;
    const serve = () => {
      const { leaves, reason } = fill('f', 1);
      for (const leave of leaves) leave();
      served += leaves.length;
      return reason;
    };
    for (let i = 0; i < 30; i++) serve();
    expect(served).toBe(20);
    expect(serve()).toBe('ReservedFunctionInvocationRateLimitExceeded');
    clock.ms += 500;
    for (let i = 0; i < 30; i++) serve();
    expect(served).toBe(30);
  });
});

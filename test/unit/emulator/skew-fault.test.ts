import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../harness/core/errors.ts';
import { skew } from '../../../harness/emulator/chaos/faults/skew.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const clock = { nowMs: () => NOW } as Parameters<ReturnType<typeof skew.strike>['before']>[1];
const MINUTE = 60_000;

/** What a service whose clock is off by `by` says to a request signed `minutesAgo`. */
function ask(by: string, service: 's3' | 'lambda', minutesAgo: number): AwsError | undefined {
  try {
    skew.strike(skew.schema.parse(by)).before(service, clock, { signedAtMs: NOW - minutesAgo * MINUTE });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

describe('a skewed clock', () => {
  it.each([
    ['10 min', 0, undefined],
    ['20 min', 0, 'RequestTimeTooSkewed'],
    ['-20 min', 0, 'RequestTimeTooSkewed'],
    ['1 h', -60, undefined],
    ['900 s', 0, undefined],
  ])('%s, signed %d minutes ago: %s', (by, minutesAgo, code) => {
    expect(ask(by, 's3', minutesAgo)?.code).toBe(code);
  });

  it("tells the service's time, by which the SDK corrects itself", () => {
    const error = ask('20 min', 's3', 0)!;
    expect(error.status).toBe(403);
    expect(error.headers['date']).toBe('Tue, 24 Nov 2026 10:20:00 GMT');
    expect(error.details).toEqual({
      RequestTime: '20261124T100000Z',
      ServerTime: '2026-11-24T10:20:00Z',
      MaxAllowedSkewMilliseconds: 900_000,
    });
  });

  it('is an invalid signature to the other services', () => {
    expect(ask('20 min', 'lambda', 0)).toMatchObject({
      code: 'InvalidSignatureException',
      message:
        'Signature expired: 20261124T100000Z is now earlier than 20261124T100500Z (20261124T102000Z - 15 min.)',
    });
  });

  it('refuses a time without a unit', () => {
    expect(() => skew.schema.parse('20')).toThrow(/number and a unit/);
  });
});

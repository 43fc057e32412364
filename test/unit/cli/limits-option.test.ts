import { describe, expect, it } from 'vitest';
import { limitsOption } from '../../../harness/cli/limits-option.ts';
import { limitsOf } from '../../../harness/core/limits.ts';

describe('--limits', () => {
  it('takes a profile', () => {
    expect(limitsOption('aws-default')).toEqual(limitsOf('aws-default'));
    expect(limitsOption('none')).toEqual(limitsOf('none'));
    expect(limitsOption('new-account,sfnPayloadBytes=7')).toEqual(
      limitsOf('new-account', { sfnPayloadBytes: 7 }),
    );
  });

  it('replaces single quotas of the default profile', () => {
    const limits = limitsOption('lambdaConcurrentExecutions=10, sfnPayloadBytes=none');
    expect(limits).toEqual(
      limitsOf('aws-default', {
        lambdaConcurrentExecutions: 10,
        sfnPayloadBytes: Number.POSITIVE_INFINITY,
      }),
    );
  });

  it('mixes a profile and single quotas in any order', () => {
    const expected = limitsOf('none', { lambdaSyncPayloadBytes: 1000 });
    expect(limitsOption('none,lambdaSyncPayloadBytes=1000')).toEqual(expected);
    expect(limitsOption('lambdaSyncPayloadBytes=1000,none')).toEqual(expected);
  });

  it.each([
    ['lambdaConcurrentExecution=1', /Did you mean lambdaConcurrentExecutions\?/],
    ['toString=1', /There is no quota "toString"/],
    ['off', /must be aws-default, new-account, none, or name=value/],
    ['sfnPayloadBytes=1=2', /must be aws-default, new-account, none, or name=value/],
    ['sfnPayloadBytes=-1', /sfnPayloadBytes must be a whole number or none, not "-1"/],
    ['sfnPayloadBytes=', /sfnPayloadBytes must be a whole number or none, not ""/],
  ])('refuses %s', (text, message) => {
    expect(() => limitsOption(text)).toThrow(message);
  });
});

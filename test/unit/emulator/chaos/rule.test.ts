import { describe, expect, it } from 'vitest';
import { parseChaosRules } from '../../../../harness/emulator/chaos/rule.ts';

describe('chaos rules', () => {
  it.each([
    [3, { first: 3, last: 3 }],
    ['3', { first: 3, last: 3 }],
    ['1-3', { first: 1, last: 3 }],
    ['4-', { first: 4, last: Number.POSITIVE_INFINITY }],
  ])('reads calls: %s', (calls, range) => {
    expect(parseChaosRules([{ on: 's3.GetObject', calls, throw: 'SlowDown' }])[0]?.calls).toEqual(range);
  });

  it.each([
    ['2%', 0.02],
    ['100%', 1],
    [0.5, 0.5],
  ])('reads probability: %s', (probability, value) => {
    expect(parseChaosRules([{ on: '*', probability, delay: '1 s' }])[0]?.probability).toBeCloseTo(value, 12);
  });

  it('reads quantities and errors', () => {
    const rules = parseChaosRules({
      rules: [
        { on: 's3.*', delay: '800ms' },
        { on: 's3.GetObject', bandwidth: '1.5 MB/s' },
        { on: 's3.GetObject', reset: '50%' },
        { on: 's3.GetObject', truncate: 10 },
        { on: 'lambda.Invoke', throw: 'Lambda.TooManyRequestsException' },
        { on: 'lambda.Invoke', kill: { after: '1 min' } },
        { on: 's3.GetObject', throw: { code: 'Odd', status: 418 } },
      ],
    });
    expect(rules[0]?.delay).toBe(800);
    expect(rules[1]?.bandwidth).toBe(1_500_000);
    expect(rules[2]?.reset).toEqual({ share: 0.5 });
    expect(rules[3]?.truncate).toEqual({ bytes: 10 });
    expect(rules[4]?.throw).toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    expect(rules[5]?.kill).toEqual({ after: 60_000 });
    expect(rules[6]?.throw).toEqual({ code: 'Odd', status: 418, message: 'Injected fault.' });
  });

  it.each([
    [{ on: 's3.GetObject' }, /rules\[0\]: a rule has exactly one of throw, .*; this one has none/],
    [{ on: 's3.GetObject', delay: '1 s', reset: 1 }, /this one has delay, reset/],
    [{ on: 'sqs.SendMessage', delay: '1 s' }, /rules\[0\]\.on: on reads service\.Operation/],
    [{ on: 's3.GetObject', kill: true }, /kill strikes functions: it stands with on: lambda\.Invoke/],
    [{ on: '*', calls: '3-1', delay: '1 s' }, /rules\[0\]\.calls: calls count from 1/],
    [{ on: '*', calls: 0, delay: '1 s' }, /rules\[0\]\.calls/],
    [{ on: '*', probability: '200%', delay: '1 s' }, /rules\[0\]\.probability: a probability lies between/],
    [{ on: '*', delay: '1 hour' }, /rules\[0\]\.delay: it reads a number and a unit \(ms, s, min\)/],
    [{ on: '*', bandwidth: '0 MB/s' }, /rules\[0\]\.bandwidth: it must be above 0/],
    [{ on: '*', delay: '1 s', wher: {} }, /wher/],
  ])('refuses %j', (rule, message) => {
    expect(() => parseChaosRules([rule])).toThrow(message);
  });

  it('refuses what is no list', () => {
    expect(() => parseChaosRules('SlowDown')).toThrow(/chaos rules cannot be read/);
    expect(() => parseChaosRules(undefined, 'chaos.yaml')).toThrow(/chaos rules of chaos\.yaml/);
  });
});

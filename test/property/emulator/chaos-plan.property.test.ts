import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/core/random.ts';
import { type ChaosCall, ChaosPlan } from '../../../harness/emulator/chaos/plan.ts';
import { parseChaosRules } from '../../../harness/emulator/chaos/rule.ts';

const call: ChaosCall = { service: 's3', operation: 'GetObject', bucket: 'b', key: 'k' };
const other: ChaosCall = { service: 's3', operation: 'PutObject', bucket: 'b', key: 'k' };

const struckOf = (rules: object[], seed: number, count: number, before: () => void = () => {}) => {
  const plan = new ChaosPlan(parseChaosRules(rules), seededRandom(seed));
  return Array.from({ length: count }, () => {
    before();
    return plan.decide(call, 'request').length;
  });
};

describe('chaos plan', () => {
  it('strikes exactly the calls a-b', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(50), fc.nat(120), (first, more, count) => {
        const last = first + more;
        const struck = struckOf([{ on: 's3.GetObject', calls: `${first}-${last}`, delay: '1 s' }], 1, count);
        expect(struck).toEqual(
          Array.from({ length: count }, (_, i) => (i + 1 >= first && i + 1 <= last ? 1 : 0)),
        );
      }),
    );
  });

  it('decides equally for equal seeds, whatever calls lie between', () => {
    const rules = [
      { on: 's3.GetObject', probability: 0.3, delay: '1 s' },
      { on: 's3.PutObject', probability: 0.5, delay: '1 s' },
    ];
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), (seed, mixed) => {
        const count = mixed.filter(Boolean).length;
        const plan = new ChaosPlan(parseChaosRules(rules), seededRandom(seed));
        const struck = mixed.map((isGet) => plan.decide(isGet ? call : other, 'request').length);
        expect(struck.filter((_, i) => mixed[i])).toEqual(struckOf(rules, seed, count));
      }),
    );
  });

  it('never strikes at 0 and always at 1', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(struckOf([{ on: '*', probability: 0, delay: '1 s' }], seed, 20)).toEqual(Array(20).fill(0));
        expect(struckOf([{ on: '*', probability: 1, delay: '1 s' }], seed, 20)).toEqual(Array(20).fill(1));
      }),
    );
  });

  it('strikes about as often as the probability says', () => {
    const struck = struckOf([{ on: '*', probability: '20%', delay: '1 s' }], 7, 20_000);
    const share = struck.reduce((sum, one) => sum + one, 0) / struck.length;
    // Four standard deviations of a binomial of 20,000.
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 20_000));
  });
});

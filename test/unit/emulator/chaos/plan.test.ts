import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/core/random.ts';
import { type ChaosCall, ChaosPlan } from '../../../../harness/emulator/chaos/plan.ts';
import { parseChaosRules } from '../../../../harness/emulator/chaos/rule.ts';

const plan = (...rules: object[]) => new ChaosPlan(parseChaosRules(rules), seededRandom(1));
const get: ChaosCall = { service: 's3', operation: 'GetObject', bucket: 'data', key: '25MB/part-1.json' };

describe('chaos plan', () => {
  it.each([
    ['*', true],
    ['s3.*', true],
    ['s3.GetObject', true],
    ['s3.PutObject', false],
    ['lambda.*', false],
  ])('on: %s', (on, struck) => {
    expect(plan({ on, delay: '1 s' }).decide(get, 'request').length).toBe(struck ? 1 : 0);
  });

  it.each([
    [{ bucket: 'data' }, true],
    [{ bucket: 'dat' }, false],
    [{ key: '25MB/*' }, true],
    [{ key: '*.json' }, true],
    [{ key: '25MB/*-*.json' }, true],
    [{ key: '*/part-2*' }, false],
    [{ key: '25MB/part-1.json*json' }, false],
    [{ bucket: 'data', key: 'x' }, false],
    [{ function: '*' }, false],
  ])('where: %j', (where, struck) => {
    expect(plan({ on: '*', where, delay: '1 s' }).decide(get, 'request').length).toBe(struck ? 1 : 0);
  });

  it('counts at its own stage alone, and calls that match alone', () => {
    const one = plan({ on: 's3.GetObject', calls: 2, reset: 1 });
    expect(one.decide(get, 'request')).toEqual([]);
    expect(one.decide(get, 'response')).toEqual([]);
    expect(one.decide({ ...get, operation: 'PutObject' }, 'response')).toEqual([]);
    expect(one.decide(get, 'response')).toHaveLength(1);
    expect(one.status()).toMatchObject([{ id: 'rule-1', matched: 2, struck: 1 }]);
  });
});

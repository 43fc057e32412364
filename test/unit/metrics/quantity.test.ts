import { describe, expect, it } from 'vitest';
import {
  formatQuantity,
  inUnit,
  parseQuantity,
  toBase,
  unitNames,
} from '../../../harness/metrics/quantity.ts';

describe('quantities', () => {
  it.each([
    ['20 s', 20, 'time'],
    ['20s', 20, 'time'],
    ['  1.5 min ', 90, 'time'],
    ['250 ms', 0.25, 'time'],
    ['1 GB', 1024 ** 3, 'bytes'],
    ['300 MB', 300 * 1024 ** 2, 'bytes'],
    ['34.44 Mbps', 34.44e6, 'bitrate'],
    ['2 %', 0.02, 'ratio'],
    ['2%', 0.02, 'ratio'],
    ['0.20 USD', 0.2, 'money'],
    ['1_000', 1000, 'number'],
    ['-3e-2', -0.03, 'number'],
    ['12 GB-s', 12, 'memory-time'],
    ['211 samples/s', 211, 'sample-rate'],
  ])('%s', (text, value, dimension) => {
    const parsed = parseQuantity(text);
    expect(parsed?.dimension).toBe(dimension);
    expect(parsed?.value).toBeCloseTo(value, 10);
  });

  it.each([
    '',
    's',
    '20 parsecs',
    '1,000',
    '0x10',
    'NaN',
    '1 s s',
    '--1',
    '1 gb',
    'constructor',
    '1 constructor',
  ])('refuses %j', (text) => expect(parseQuantity(text)).toBeUndefined());

  it('takes plain numbers, but not those that are none', () => {
    expect(parseQuantity(3)).toEqual({ value: 3, dimension: 'number', unit: '' });
    expect(parseQuantity(Number.NaN)).toBeUndefined();
    expect(parseQuantity(Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it.each(unitNames)('converts %s there and back', (unit) => {
    expect(inUnit(toBase(42, unit), unit)).toBeCloseTo(42, 9);
  });

  it.each([
    [1234567, '', '1,234,567'],
    [0.012345, 's', '0.01235 s'],
    [161.98, 'Mbps', '162 Mbps'],
    [0.0000042, 'USD', '0.0000042 USD'],
    [1.5, '%', '1.5%'],
  ])('shows %d %s', (value, unit, text) => expect(formatQuantity(value, unit)).toBe(text));
});

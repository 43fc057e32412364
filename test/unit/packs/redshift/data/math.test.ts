import { describe, expect, it } from 'vitest';
import {
  asinh,
  cosSin,
  exp,
  exp10,
  interpolate,
  log,
  log10,
  normalQuantile,
  power,
} from '../../../../../harness/packs/redshift/data/math.ts';

const grid = (low: number, high: number, n = 5_000) =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const worst = (xs: number[], f: (x: number) => number, g: (x: number) => number) =>
  Math.max(...xs.map((x) => Math.abs(f(x) / g(x) - 1)));

describe('elementary functions agree with Math to a few units in the last place', () => {
  it('exp', () => expect(worst(grid(-300, 300), exp, Math.exp)).toBeLessThan(1e-15));
  it('exp at its ends', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-1000)).toBe(0);
    expect(exp(1000)).toBe(Infinity);
  });
  it('log', () => {
    expect(log(1)).toBe(0);
    expect(worst([...grid(1e-12, 0.9), ...grid(1.1, 1e9)], log, Math.log)).toBeLessThan(2e-15);
  });
  it('log10, exp10, power', () => {
    expect(log10(1000)).toBeCloseTo(3, 14);
    expect(exp10(-0.4)).toBeCloseTo(10 ** -0.4, 14);
    expect(power(2.5, -1.7)).toBeCloseTo(2.5 ** -1.7, 14);
  });
  it('asinh, odd', () => {
    expect(worst(grid(0.01, 1e6), asinh, Math.asinh)).toBeLessThan(2e-14);
    expect(asinh(-3)).toBe(-asinh(3));
    expect(asinh(0)).toBe(0);
  });
  it('cos and sin over the whole circle', () => {
    for (const angle of grid(0, 2 * Math.PI)) {
      const [cos, sin] = cosSin(angle);
      expect(Math.abs(cos - Math.cos(angle))).toBeLessThan(1e-14);
      expect(Math.abs(sin - Math.sin(angle))).toBeLessThan(1e-14);
    }
  });
  it('normal quantiles at tabulated points', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 8);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 7);
  });
  it('interpolates and holds its ends', () => {
    const table = Float64Array.of(1, 3, 7);
    expect([-1, 0, 0.25, 0.5, 0.75, 1, 9].map((x) => interpolate(table, 0, 0.5, x))).toEqual([
      1, 1, 2, 3, 5, 7, 7,
    ]);
  });
});

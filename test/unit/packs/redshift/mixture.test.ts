import { describe, expect, it } from 'vitest';
import { densityQuality } from '../../../../harness/packs/redshift/metrics/density-quality.ts';
import {
  cdf,
  conformalLevel,
  coverage,
  type Mixture,
  pitUniformity,
  quantile,
  scores,
} from '../../../../harness/packs/redshift/metrics/mixture.ts';

const one: Mixture = { weights: [1], means: [0.2], sigmas: [0.05] };
const two: Mixture = { weights: [0.7, 0.3], means: [0.1, 0.4], sigmas: [0.02, 0.05] };

/** Midpoint rule over the range where the mixtures have their mass. */
function integrate(f: (z: number) => number, from = -1, to = 1.5, steps = 50_000): number {
  const width = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += f(from + (i + 0.5) * width);
  return sum * width;
}

describe('a mixture of Gaussians', () => {
  it('has the cumulative distribution of the normal one', () => {
    expect(cdf(one, 0.2)).toBeCloseTo(0.5, 14);
    expect(cdf(one, 0.25)).toBeCloseTo(0.8413447460685429, 13);
    expect(cdf(one, 0.05)).toBeCloseTo(0.0013498980316301, 13);
    expect(quantile(one, 0.8413447460685429)).toBeCloseTo(0.25, 8);
    expect(cdf(two, quantile(two, 0.3))).toBeCloseTo(0.3, 6);
  });

  it('has the CRPS that the integral over its cdf gives', () => {
    for (const mixture of [one, two]) {
      for (const z of [0.05, 0.2, 0.5]) {
        const wanted = integrate((x) => (cdf(mixture, x) - (x >= z ? 1 : 0)) ** 2);
        expect(scores(mixture, z).crps).toBeCloseTo(wanted, 4);
      }
    }
  });

  it('has the CDE loss that integrals give', () => {
    const density = (mixture: Mixture, z: number) => (cdf(mixture, z + 1e-5) - cdf(mixture, z - 1e-5)) / 2e-5;
    for (const z of [0.1, 0.3]) {
      const wanted = integrate((x) => density(two, x) ** 2) - 2 * density(two, z);
      expect(scores(two, z).cdeLoss).toBeCloseTo(wanted, 3);
    }
  });
});

describe('the probability integral transform', () => {
  const even = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);

  it('is as near to uniform as it can be when evenly spread', () => {
    const { ks, cvm } = pitUniformity(even);
    expect(ks).toBeCloseTo(0.005, 12);
    expect(cvm).toBeCloseTo(1 / 1200, 12);
    expect(coverage(even, 0.68)).toBe(0.68);
  });

  it('departs from uniform for distributions that are too wide or moved', () => {
    expect(pitUniformity(even.map((pit) => 0.25 + pit / 2)).ks).toBeCloseTo(0.25, 2);
    expect(pitUniformity(even.map((pit) => pit ** 2)).ad).toBeGreaterThan(pitUniformity(even).ad + 1);
  });

  it('gives conformal intervals that hold the wanted share of what was not looked at', () => {
    // Distributions three times too narrow: their 90 % interval holds far less.
    const narrow = (z: number): Mixture => ({ weights: [1], means: [z], sigmas: [0.01] });
    const offsets = even.map((p) => quantile({ weights: [1], means: [0], sigmas: [0.03] }, p));
    const shuffled = offsets.map((_, i) => offsets[(i * 37) % 100]!);
    const quality = densityQuality(
      shuffled.map((offset) => 0.3 + offset),
      shuffled.map(() => narrow(0.3)),
    );
    expect(quality.coverage90).toBeLessThan(0.5);
    expect(quality.conformalCoverage90).toBeGreaterThan(0.84);
    expect(quality.conformalLevel90).toBeGreaterThan(0.99);
  });

  it('calibrates nothing with too few galaxies', () => {
    expect(conformalLevel([0.5, 0.6], 0.9)).toBe(1);
  });
});

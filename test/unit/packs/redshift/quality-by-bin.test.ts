import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/core/random.ts';
import { qualityByBin } from '../../../../harness/packs/redshift/metrics/quality-by-bin.ts';

const random = seededRandom('bins');
const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Scatter grows with r: 0.01 at the bright end, 0.03 at the faint one. */
const galaxies = Array.from({ length: 2_000 }, () => {
  const zTrue = 0.05 + 0.4 * random.next();
  const r = 15 + 4 * random.next();
  const zPred = zTrue + (0.01 + 0.005 * (r - 15)) * normal() * (1 + zTrue);
  return { zTrue, zPred, magnitudes: [r + 2, r + 0.8, r, r - 0.3, r - 0.5] };
});

describe('quality by bin', () => {
  it('follows the scatter along the magnitude, within its intervals', () => {
    const bins = qualityByBin(galaxies, 'r');
    expect(bins.map(({ count }) => count)).toEqual([400, 400, 400, 400, 400]);
    let within = 0;
    for (const { from, to, sigmaNMAD } of bins) {
      const wanted = 0.01 + 0.005 * ((from + to) / 2 - 15);
      expect(sigmaNMAD.low).toBeLessThan(sigmaNMAD.value);
      expect(sigmaNMAD.high).toBeGreaterThan(sigmaNMAD.value);
      // Four of the intervals' half width: about three standard deviations.
      const half = (sigmaNMAD.high - sigmaNMAD.low) / 2;
      expect(Math.abs(sigmaNMAD.value - wanted)).toBeLessThan(4 * half);
      if (Math.abs(sigmaNMAD.value - wanted) < 2 * half) within++;
    }
    expect(within).toBeGreaterThanOrEqual(3);
    expect(bins.at(-1)!.sigmaNMAD.value).toBeGreaterThan(1.8 * bins[0]!.sigmaNMAD.value);
  });

  it('is the same each time', () => {
    expect(qualityByBin(galaxies, 'z_true')).toEqual(qualityByBin(galaxies, 'z_true'));
  });

  it('leaves out what it cannot place and what is too few', () => {
    const blind = galaxies.map(({ zTrue, zPred }) => ({ zTrue, zPred }));
    expect(qualityByBin(blind, 'g - r')).toEqual([]);
    expect(qualityByBin(galaxies.slice(0, 50), 'z_true')).toEqual([]);
  });
});

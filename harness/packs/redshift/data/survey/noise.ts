/**
 * Pixel noise: sky and photon noise, drawn from the sum of two table look-ups.
 *
 * The table holds 4,096 normal quantiles scaled to unit variance; the sum of two independent ones over sqrt(2)
 * is normal to within 0.03 % of its kurtosis and reaches 5 sigma. Two of them take one 32-bit word of sfc32.
 */

import { IMAGE_FLOATS } from '../../../../../lambdas/shared/partition/partition.ts';
import type { Random } from '../../../../core/random.ts';
import { normalQuantile } from '../math.ts';
import { SURVEY_BANDS } from './bands.ts';

const BITS = 12;
const SIZE = 1 << BITS;

const quantiles = Float64Array.from({ length: SIZE }, (_, i) => normalQuantile((i + 0.5) / SIZE));
const scale = 1 / Math.sqrt((2 * quantiles.reduce((sum, q) => sum + q * q, 0)) / SIZE);
const HALF_NORMAL = quantiles.map((q) => q * scale);

/** Stored pixels are whole multiples of 1 / PIXEL_UNITS nMgy, far below the noise, as telescopes store counts. */
export const PIXEL_UNITS = 10_000;

/** Keeps what is truncated positive; pixels reach +-53,000 nMgy, magnitude 10.7 in a single one. */
const ROUNDING = 536_870_912.5;

/** Adds noise to `light` [5][32][32] in nMgy and writes whole units into `pixels`. */
export function observePixels(random: Random, light: Float64Array, pixels: Int32Array): void {
  const perBand = IMAGE_FLOATS / SURVEY_BANDS.length;
  // Local, so that the loop finds them in registers.
  const table = HALF_NORMAL;
  const mask = SIZE - 1;
  const shift = 32 - BITS;
  const units = PIXEL_UNITS;
  const rounding = ROUNDING;
  const roundedBack = rounding | 0;
  let a = random.uint32() | 0;
  let b = random.uint32() | 0;
  let c = random.uint32() | 0;
  let counter = 1;
  for (let band = 0; band < SURVEY_BANDS.length; band++) {
    const { skySigma, electrons } = SURVEY_BANDS[band]!;
    const sky = skySigma * skySigma;
    const perElectron = 1 / electrons;
    const end = (band + 1) * perBand;
    for (let i = band * perBand; i < end; i++) {
      // sfc32, as in core/random, with its state in local variables.
      const word = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + word) | 0;
      const normal = table[word & mask]! + table[word >>> shift]!;
      const flux = light[i]!;
      const value = (flux + Math.sqrt(sky + flux * perElectron) * normal) * units;
      // Rounded half up without a branch on the sign.
      pixels[i] = ((value + rounding) | 0) - roundedBack;
    }
  }
}

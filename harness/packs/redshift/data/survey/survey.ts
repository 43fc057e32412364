/**
 * The survey: an endless, seeded sequence of galaxies. Sample i depends on the seed and i alone, so partitions
 * of any size cut the same sky, and any partition can be made without those before it.
 *
 * Values are whole multiples of a decimal unit. So the text of a `.json` partition and the floats of a `.pt` are
 * exactly the same numbers, and printing them needs no shortest-float search.
 */

import { BANDS, IMAGE_FLOATS } from '../../../../../lambdas/shared/partition/partition.ts';
import { seededRandom } from '../../../../core/random.ts';
import { drawGalaxy, measureMagnitudes } from './galaxy.ts';
import { observePixels, PIXEL_UNITS } from './noise.ts';
import { renderGalaxy } from './render.ts';

/** What one unit is: nMgy, magnitudes and redshift are stored as multiples of 1 over these. */
export const UNITS = { pixel: PIXEL_UNITS, magnitude: 10_000, redshift: 1_000_000 } as const;

/** One observed galaxy in whole units. Reused by the next `observe` of the same survey. */
export interface Observation {
  /** [5, 32, 32] in 1 / 10,000 nMgy */
  pixels: Int32Array;
  /** [5] in 1 / 10,000 mag */
  magnitudes: Int32Array;
  /** in 1 / 1,000,000 */
  redshift: number;
}

export interface Survey {
  /** The observation of sample `index`. */
  observe(index: number): Observation;
}

/** The survey of `seed`. Not to be shared between interleaved readers: observations are reused. */
export function openSurvey(seed: number): Survey {
  const light = new Float64Array(IMAGE_FLOATS);
  const observation: Observation = {
    pixels: new Int32Array(IMAGE_FLOATS),
    magnitudes: new Int32Array(BANDS.length),
    redshift: 0,
  };
  return {
    observe(index) {
      const random = seededRandom(`survey/${seed}/${index}`);
      const galaxy = drawGalaxy(random);
      const magnitudes = measureMagnitudes(random, galaxy);
      for (let b = 0; b < BANDS.length; b++)
        observation.magnitudes[b] = Math.round(magnitudes[b]! * UNITS.magnitude);
      observation.redshift = Math.round(galaxy.redshift * UNITS.redshift);
      renderGalaxy(galaxy, light);
      observePixels(random, light, observation.pixels);
      return observation;
    },
  };
}

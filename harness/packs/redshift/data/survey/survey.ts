/**
 * The survey: an endless, seeded sequence of galaxies with 14.5 < r < 19.2 as measured. Sample i depends on the seed and i alone, so partitions
 * of any size cut the same sky, and any partition can be made without those before it.
 *
 * Values are whole multiples of a decimal unit. So the text of a `.json` partition and the floats of a `.pt` are
 * exactly the same numbers, and printing them needs no shortest-float search.
 */

import { BANDS, IMAGE_FLOATS } from '../../../../../lambdas/shared/partition/partition.ts';
import { type Random, seededRandom } from '../../../../core/random.ts';
import {
  drawNeighbour,
  drawStar,
  EFFECT_SHARE,
  maskPixels,
  mistakenRedshift,
  SURVEY_EFFECTS,
  type SurveyEffect,
} from './effects.ts';
import { drawGalaxy, type Galaxy, measureMagnitudes } from './galaxy.ts';
import { observePixels, PIXEL_UNITS } from './noise.ts';
import { LIMIT_R } from './populations.ts';
import { addGalaxy } from './render.ts';

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

/**
 * The survey of `seed`, with `effects` on some of its samples. Not to be shared between interleaved readers:
 * observations are reused.
 */
export function openSurvey(seed: number, effects: readonly SurveyEffect[] = []): Survey {
  const light = new Float64Array(IMAGE_FLOATS);
  const observation: Observation = {
    pixels: new Int32Array(IMAGE_FLOATS),
    magnitudes: new Int32Array(BANDS.length),
    redshift: 0,
  };
  const write = (
    sources: readonly Galaxy[],
    magnitudes: readonly number[],
    redshift: number,
    random: Random,
  ) => {
    for (let b = 0; b < BANDS.length; b++)
      observation.magnitudes[b] = Math.round(magnitudes[b]! * UNITS.magnitude);
    observation.redshift = Math.round(redshift * UNITS.redshift);
    light.fill(0);
    for (const source of sources) addGalaxy(source, light);
    observePixels(random, light, observation.pixels);
    return observation;
  };
  return {
    observe(index) {
      const random = seededRandom(`survey/${seed}/${index}`);
      const selected = drawSelected(random);
      if (effects.length === 0) {
        return write([selected.galaxy], selected.magnitudes, selected.galaxy.redshift, random);
      }
      const chance = seededRandom(`survey/${seed}/${index}/effects`);
      // One draw per effect whether it is chosen or not: an effect strikes the same samples in any combination.
      const struck = new Set(
        SURVEY_EFFECTS.filter((one) => chance.next() < EFFECT_SHARE[one] && effects.includes(one)),
      );
      let { galaxy, magnitudes } = selected;
      if (struck.has('stars')) {
        galaxy = drawStar(chance, magnitudes[2]!, galaxy.centre);
        magnitudes = measureMagnitudes(chance, galaxy);
      }
      let redshift = galaxy.redshift;
      if (struck.has('badSpectra')) redshift = mistakenRedshift(chance, redshift) ?? redshift;
      const neighbour = struck.has('neighbours') ? drawNeighbour(chance, galaxy.seeing) : undefined;
      if (neighbour) magnitudes = measureMagnitudes(chance, galaxy, neighbour);
      write(neighbour ? [galaxy, neighbour] : [galaxy], magnitudes, redshift, random);
      if (struck.has('maskedPixels')) maskPixels(chance, observation.pixels);
      return observation;
    },
  };
}

/** The next galaxy of the sequence whose measured r magnitude lies within the survey's limits. */
function drawSelected(random: Random): { galaxy: Galaxy; magnitudes: number[] } {
  for (;;) {
    const galaxy = drawGalaxy(random);
    const magnitudes = measureMagnitudes(random, galaxy);
    // Compared as stored, so that rounding carries no galaxy over the limit.
    const r = Math.round(magnitudes[2]! * UNITS.magnitude) / UNITS.magnitude;
    if (r > LIMIT_R.bright && r < LIMIT_R.faint) return { galaxy, magnitudes };
  }
}

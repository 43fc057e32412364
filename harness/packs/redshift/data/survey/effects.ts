/**
 * What makes real survey data hard, each by its own option, so that gates on outliers can fail:
 *
 * - `neighbours`: another galaxy or a star lies in the stamp and in the aperture of the photometry. To r = 21 SDSS counts
 *   some 3,000 galaxies (Yasuda et al. 2001, AJ 122, 1104) and as many stars at high latitude per square degree: one
 *   source in 13 stamps of 160 arcsec^2.
 * - `stars`: targets that are stars, with a redshift of zero; 2 % of a photometric galaxy sample (Strauss et al. 2002,
 *   AJ 124, 1810).
 * - `maskedPixels`: a bad column or the trail of a satellite, stored as zero as SDSS's interpolation failures are.
 * - `badSpectra`: the catalogue's redshift rests on a mistaken emission line ([O II] taken for H alpha, or H alpha for
 *   [O III] or [O II]); 1 % of spectra.
 *
 * An effect draws from a random sequence of its own: the galaxies are the same with and without it.
 */
import { BANDS, IMAGE_SIDE_PX } from '../../../../../lambdas/shared/partition/partition.ts';
import type { Random } from '../../../../core/random.ts';
import { exp10, log } from '../math.ts';
import { drawGalaxy, type Galaxy } from './galaxy.ts';

export const SURVEY_EFFECTS = ['neighbours', 'stars', 'maskedPixels', 'badSpectra'] as const;
export type SurveyEffect = (typeof SURVEY_EFFECTS)[number];

/** Share of the samples that an effect changes. */
export const EFFECT_SHARE: Readonly<Record<SurveyEffect, number>> = {
  neighbours: 0.075,
  stars: 0.02,
  maskedPixels: 0.02,
  badSpectra: 0.01,
};

/** Apparent r magnitudes of neighbours. */
const NEIGHBOUR_R = { bright: 17, faint: 21 } as const;
/** Counts of galaxies grow as 10^(0.6 m) where space is Euclidean. */
const COUNT_SLOPE = 0.6;
/** Rest wavelengths in Angstrom: what the line is, and what it is taken for. */
const MISTAKEN_LINES = [
  [6563, 5007],
  [6563, 3727],
  [3727, 6563],
] as const;

const between = (random: Random, low: number, high: number) => low + (high - low) * random.next();

/** A source of r magnitude `r` with these colours u-g, g-r, r-i, i-z: nMgy in each band. */
function fluxes(r: number, [ug, gr, ri, iz]: readonly [number, number, number, number]): number[] {
  const magnitudes = [r + gr + ug, r + gr, r, r - ri, r - ri - iz];
  return magnitudes.map((magnitude) => exp10(0.4 * (22.5 - magnitude)));
}

/** A star as a point source on the stellar locus (Covey et al. 2007, AJ 134, 2398). */
export function drawStar(random: Random, r: number, centre: [x: number, y: number]): Galaxy {
  const gr = between(random, 0.2, 1.4);
  const ug = 0.7 + 1.4 * gr + 0.1 * (random.next() - 0.5);
  const ri = gr < 1.2 ? 0.4 * gr - 0.05 : 0.43 + between(random, 0, 0.8);
  const flux = fluxes(r, [ug, gr, ri, 0.55 * ri]);
  const dark = BANDS.map(() => 0);
  return {
    redshift: 0,
    absoluteMagnitude: Number.NaN,
    bulge: { flux, radiusPx: 1e-3, axisRatio: 1 },
    disk: { flux: dark, radiusPx: 1e-3, axisRatio: 1 },
    positionAngle: 0,
    centre,
    seeing: 1,
  };
}

/** Another source in the stamp, a galaxy or a star, no nearer to the middle than 3 pixels (1.2 arcsec). */
export function drawNeighbour(random: Random, seeing: number): Galaxy {
  const bright = exp10(COUNT_SLOPE * (NEIGHBOUR_R.bright - NEIGHBOUR_R.faint));
  const r = NEIGHBOUR_R.faint + log(between(random, bright, 1)) / (log(10) * COUNT_SLOPE);
  const half = (IMAGE_SIDE_PX - 1) / 2;
  let centre: [number, number];
  do centre = [between(random, 0, IMAGE_SIDE_PX - 1), between(random, 0, IMAGE_SIDE_PX - 1)];
  while ((centre[0] - half) ** 2 + (centre[1] - half) ** 2 < 9);
  if (random.next() < 0.5) return { ...drawStar(random, r, centre), seeing };
  const galaxy = drawGalaxy(random);
  const rFlux = galaxy.bulge.flux[2]! + galaxy.disk.flux[2]!;
  const scale = exp10(0.4 * (22.5 - r)) / rFlux;
  const dimmed = (component: Galaxy['bulge']) => ({
    ...component,
    flux: component.flux.map((flux) => flux * scale),
    radiusPx: component.radiusPx * Math.min(1, Math.sqrt(scale)),
  });
  return { ...galaxy, bulge: dimmed(galaxy.bulge), disk: dimmed(galaxy.disk), centre, seeing };
}

/** The redshift that a mistaken emission line gives, or undefined when it would be negative. */
export function mistakenRedshift(random: Random, z: number): number | undefined {
  const [line, taken] = MISTAKEN_LINES[Math.floor(random.next() * MISTAKEN_LINES.length)]!;
  const mistaken = ((1 + z) * line) / taken - 1;
  return mistaken >= 0 ? mistaken : undefined;
}

/** Sets a column of one band or a trail through all bands to zero. */
export function maskPixels(random: Random, pixels: Int32Array): void {
  const side = IMAGE_SIDE_PX;
  const plane = side * side;
  if (random.next() < 0.5) {
    const band = Math.floor(random.next() * BANDS.length);
    const column = Math.floor(random.next() * side);
    for (let y = 0; y < side; y++) pixels[band * plane + y * side + column] = 0;
    return;
  }
  const offset = between(random, 0, side);
  const slope = between(random, -0.8, 0.8);
  for (let y = 0; y < side; y++) {
    const x = Math.round(offset + slope * (y - side / 2));
    for (const at of [x, x + 1]) {
      if (at < 0 || at >= side) continue;
      for (let band = 0; band < BANDS.length; band++) pixels[band * plane + y * side + at] = 0;
    }
  }
}

/**
 * Draws galaxies into pixels: each profile is a sum of elliptical Gaussians, already convolved with the point
 * spread function, evaluated at pixel centres.
 *
 * A Gaussian along a row is a second-order recurrence, g(x+1) = g(x) r(x), r(x+1) = r(x) q, and so are its first
 * values from row to row: six exponentials for a Gaussian, two multiplications for a pixel. Doubles only, so the
 * result is the same to the last bit everywhere.
 */
import { IMAGE_SIDE_PX } from '../../../../../lambdas/shared/partition/partition.ts';
import { cosSin, exp, PI } from '../math.ts';
import { PIXEL_ARCSEC, SURVEY_BANDS } from './bands.ts';
import type { Component, Galaxy } from './galaxy.ts';
import { DE_VAUCOULEURS, EXPONENTIAL, type ProfileMixture } from './profiles.ts';

const SIDE = IMAGE_SIDE_PX;
const FWHM_PER_SIGMA = 2.3548200450309493;
/** Gaussians are drawn out to where they have fallen to exp(-REACH^2 / 2) = 4e-5 of their peak. */
const REACH = 4.5;
/** Gaussians much narrower than the point spread function are drawn as one. */
const UNRESOLVED = 0.05;

/** Adds the galaxy's light, nMgy per pixel, to `light` [5][32][32]. */
export function addGalaxy(galaxy: Galaxy, light: Float64Array): void {
  for (let b = 0; b < SURVEY_BANDS.length; b++) {
    const sigma = (SURVEY_BANDS[b]!.seeing * galaxy.seeing) / PIXEL_ARCSEC / FWHM_PER_SIGMA;
    renderComponent(galaxy, galaxy.bulge, DE_VAUCOULEURS, b, sigma * sigma, light);
    renderComponent(galaxy, galaxy.disk, EXPONENTIAL, b, sigma * sigma, light);
  }
}

function renderComponent(
  galaxy: Galaxy,
  component: Component,
  profile: ProfileMixture,
  band: number,
  psfVariance: number,
  light: Float64Array,
): void {
  const flux = component.flux[band]!;
  const area = component.radiusPx * component.radiusPx;
  const squeeze = component.axisRatio * component.axisRatio;
  const [cos, sin] = cosSin(galaxy.positionAngle);
  // Covariance of the ellipse with unit variance along its major axis.
  const xx = cos * cos + squeeze * sin * sin;
  const yy = sin * sin + squeeze * cos * cos;
  const xy = (1 - squeeze) * cos * sin;
  let share = 0;
  let spread = 0;
  for (let k = 0; k < profile.weight.length; k++) {
    const variance = profile.variance[k]! * area;
    share += profile.weight[k]!;
    spread += profile.weight[k]! * variance;
    const next = profile.variance[k + 1];
    if (next !== undefined && next * area < UNRESOLVED * psfVariance) continue;
    const mean = spread / share;
    addGaussian(
      light,
      band * SIDE * SIDE,
      galaxy.centre,
      flux * share,
      mean * xx + psfVariance,
      mean * xy,
      mean * yy + psfVariance,
    );
    share = 0;
    spread = 0;
  }
}

/** Adds a Gaussian of total `flux` and covariance [[xx, xy], [xy, yy]] px^2 to the plane that begins at `start`. */
function addGaussian(
  plane: Float64Array,
  start: number,
  [cx, cy]: readonly [number, number],
  flux: number,
  xx: number,
  xy: number,
  yy: number,
): void {
  const determinant = xx * yy - xy * xy;
  const a = yy / determinant;
  const b = -xy / determinant;
  const c = xx / determinant;
  const reachX = REACH * Math.sqrt(xx);
  const reachY = REACH * Math.sqrt(yy);
  const x0 = Math.max(0, Math.ceil(cx - reachX));
  const x1 = Math.min(SIDE - 1, Math.floor(cx + reachX));
  const y0 = Math.max(0, Math.ceil(cy - reachY));
  const y1 = Math.min(SIDE - 1, Math.floor(cy + reachY));
  const dx = x0 - cx;
  const dy = y0 - cy;
  // Value at the first pixel of the first row, and its ratios to the next pixel and to the next row.
  let rowValue =
    (flux / (2 * PI * Math.sqrt(determinant))) * exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy));
  let rowRatio = exp(-0.5 * a * (2 * dx + 1) - b * dy);
  let nextRow = exp(-0.5 * c * (2 * dy + 1) - b * dx);
  const ratioStep = exp(-a);
  const nextRowStep = exp(-c);
  const rowRatioStep = exp(-b);
  for (let y = y0; y <= y1; y += 2) {
    // Two rows at a time: their chains of multiplications do not wait for each other.
    let value = rowValue;
    let ratio = rowRatio;
    rowValue *= nextRow;
    nextRow *= nextRowStep;
    rowRatio *= rowRatioStep;
    const first = start + y * SIDE + x0;
    const end = start + y * SIDE + x1;
    if (y === y1) {
      for (let i = first; i <= end; i++) {
        plane[i]! += value;
        value *= ratio;
        ratio *= ratioStep;
      }
      return;
    }
    let valueBelow = rowValue;
    let ratioBelow = rowRatio;
    rowValue *= nextRow;
    nextRow *= nextRowStep;
    rowRatio *= rowRatioStep;
    for (let i = first; i <= end; i++) {
      plane[i]! += value;
      plane[i + SIDE]! += valueBelow;
      value *= ratio;
      valueBelow *= ratioBelow;
      ratio *= ratioStep;
      ratioBelow *= ratioStep;
    }
  }
}

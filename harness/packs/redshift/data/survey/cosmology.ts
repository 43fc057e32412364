/** Distances in a flat universe with H0 = 70 km/s/Mpc and Omega_m = 0.3 (Hogg 1999, astro-ph/9905116). */
import { interpolate, log10, PI } from '../math.ts';

const H0 = 70;
const OMEGA_M = 0.3;
const LIGHT_KM_S = 299_792.458;
const STEP = 0.001;
const STEPS = 700;

/** Comoving distance in Mpc at multiples of STEP, by Simpson's rule. */
const comovingMpc = new Float64Array(STEPS + 1);
const inverseE = (z: number) => 1 / Math.sqrt(OMEGA_M * (1 + z) * (1 + z) * (1 + z) + 1 - OMEGA_M);
for (let i = 1; i <= STEPS; i++) {
  const z = (i - 1) * STEP;
  const area = (STEP / 6) * (inverseE(z) + 4 * inverseE(z + STEP / 2) + inverseE(z + STEP));
  comovingMpc[i] = comovingMpc[i - 1]! + (LIGHT_KM_S / H0) * area;
}

/** Luminosity distance in Mpc, z up to 0.7. */
export const luminosityDistanceMpc = (z: number): number => (1 + z) * interpolate(comovingMpc, 0, STEP, z);

/** m - M without K-correction. */
export const distanceModulus = (z: number): number => 5 * log10(luminosityDistanceMpc(z)) + 25;

/** Kiloparsec that one arcsecond spans at redshift z. */
export function kpcPerArcsec(z: number): number {
  const angularMpc = interpolate(comovingMpc, 0, STEP, z) / (1 + z);
  return (angularMpc * 1000 * PI) / 648_000;
}

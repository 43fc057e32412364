/**
 * One galaxy: what it is and how it appears, before noise.
 *
 * A galaxy is a de Vaucouleurs bulge with an early-type spectrum and an exponential disk of its own type, so
 * colour varies across the image. Sizes follow Shen et al. 2003 (MNRAS 343, 978); dust in disks attenuates as
 * lambda^-0.7 (Charlot & Fall 2000, ApJ 539, 718).
 */
import type { Random } from '../../../../core/random.ts';
import { asinh, exp, exp10, log, normalQuantile, PI, power } from '../math.ts';
import { PIXEL_ARCSEC, SURVEY_BANDS } from './bands.ts';
import { distanceModulus, kpcPerArcsec } from './cosmology.ts';
import { EFFECTIVE_ANGSTROM, relativeFlux } from './photometry.ts';
import { drawAbsoluteMagnitude, drawRedshift, earlyShare } from './populations.ts';

export interface Component {
  /** Total flux in each band, nMgy. */
  flux: number[];
  /** Half-light radius along the major axis, pixels. */
  radiusPx: number;
  /** Minor over major axis. */
  axisRatio: number;
}

export interface Galaxy {
  redshift: number;
  absoluteMagnitude: number;
  bulge: Component;
  disk: Component;
  /** Of the major axis, radians from the x axis. */
  positionAngle: number;
  /** Centre in pixels; the middle of the first pixel is 0. */
  centre: [x: number, y: number];
  /** Seeing of this exposure over the median. */
  seeing: number;
}

const normal = (random: Random) => normalQuantile((Math.floor(random.next() * 2 ** 32) + 0.5) / 2 ** 32);
const between = (random: Random, low: number, high: number) => low + (high - low) * random.next();

/** Half-light radius in kpc by absolute magnitude, 0.12 dex of scatter. */
function radiusKpc(random: Random, early: boolean, absoluteMagnitude: number): number {
  const mean = early ? 0.5 - 0.26 * (absoluteMagnitude + 20.5) : 0.68 - 0.15 * (absoluteMagnitude + 20.5);
  return exp10(mean + 0.12 * normal(random));
}

/** Intrinsic differences from the template: a tilt of the spectrum (age, metallicity) and dust. */
function colourFactor(band: number, z: number, tilt: number, dust: number): number {
  const rest = EFFECTIVE_ANGSTROM[band]! / (1 + z) / 5500;
  const attenuation = dust * (power(rest, -0.7) - 1);
  return power(rest, tilt) * exp10(-0.4 * attenuation);
}

/** Draws a galaxy. Every draw is made for every galaxy, so that the sequence of numbers is the same for all. */
export function drawGalaxy(random: Random): Galaxy {
  const redshift = drawRedshift(random);
  const absoluteMagnitude = drawAbsoluteMagnitude(random, redshift);
  const early = random.next() < earlyShare(absoluteMagnitude);
  const bulgeShare = early ? between(random, 0.65, 1) : between(random, 0, 0.4);
  const typeDraw = random.next();
  const diskType = early ? 0.5 * typeDraw : 0.7 + 2.3 * typeDraw * typeDraw;
  const tilt = 0.06 * normal(random);
  const dust = early ? 0 : -0.12 * log(1 - 0.98 * random.next());
  const radiusPx = radiusKpc(random, early, absoluteMagnitude) / kpcPerArcsec(redshift) / PIXEL_ARCSEC;
  const diskRatio = between(random, 0.25, 1);
  const positionAngle = between(random, 0, 2 * PI);
  const centre: [number, number] = [15.5 + between(random, -0.5, 0.5), 15.5 + between(random, -0.5, 0.5)];
  const seeing = exp10(0.035 * normal(random));

  const apparent = absoluteMagnitude + distanceModulus(redshift);
  const total = exp10(0.4 * (22.5 - apparent));
  const fluxes = (type: number, share: number, ofDust: number) =>
    SURVEY_BANDS.map(
      (_, b) => total * share * relativeFlux(type, b, redshift) * colourFactor(b, redshift, tilt, ofDust),
    );
  return {
    redshift,
    absoluteMagnitude,
    bulge: {
      flux: fluxes(0, bulgeShare, 0),
      radiusPx: (early ? 1 : 0.4) * radiusPx,
      axisRatio: 0.5 + 0.5 * diskRatio,
    },
    disk: {
      flux: fluxes(diskType, 1 - bulgeShare, dust),
      radiusPx,
      axisRatio: early ? 0.5 + 0.5 * diskRatio : diskRatio,
    },
    positionAngle,
    centre,
    seeing,
  };
}

const totalFlux = ({ bulge, disk }: Galaxy, band: number) => bulge.flux[band]! + disk.flux[band]!;

/** The neighbour's flux within the galaxy's aperture, weighted as a Gaussian of the aperture's area. */
function blended(galaxy: Galaxy, neighbour: Galaxy, band: number, aperturePx: number): number {
  const [dx, dy] = [neighbour.centre[0] - galaxy.centre[0], neighbour.centre[1] - galaxy.centre[1]];
  return totalFlux(neighbour, band) * exp((-PI * (dx * dx + dy * dy)) / (2 * aperturePx));
}

const MAGNITUDE_PER_E = 2.5 / log(10);

/**
 * Measured magnitudes: true flux plus noise of the sky within the galaxy's aperture, photon noise and 1 % of
 * calibration, as asinh magnitudes, which stay finite where the flux is lost in the noise. A neighbour's light counts as
 * far as it falls into the aperture.
 */
export function measureMagnitudes(random: Random, galaxy: Galaxy, neighbour?: Galaxy): number[] {
  return SURVEY_BANDS.map((band, b) => {
    const psfPx = (band.seeing * galaxy.seeing) / PIXEL_ARCSEC / 2;
    const radiusPx = Math.min(Math.max(galaxy.disk.radiusPx, galaxy.bulge.radiusPx), 20);
    const aperturePx = PI * (radiusPx * radiusPx + psfPx * psfPx);
    const flux = totalFlux(galaxy, b) + (neighbour ? blended(galaxy, neighbour, b, aperturePx) : 0);
    const variance = band.skySigma * band.skySigma * aperturePx + flux / band.electrons + 1e-4 * flux * flux;
    const maggies = (flux + Math.sqrt(variance) * normal(random)) * 1e-9;
    return -MAGNITUDE_PER_E * (asinh(maggies / (2 * band.softening)) + log(band.softening));
  });
}

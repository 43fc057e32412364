/**
 * Templates seen through the bands at every redshift: a table, built once, of each template's AB flux in each
 * band relative to its own rest-frame r flux, so that distance modulus and absolute magnitude do the rest
 * (K-corrections as in Hogg et al. 2002, astro-ph/0210394).
 */
import { SURVEY_BANDS } from './bands.ts';
import { type Spectrum, TEMPLATES } from './templates.ts';

const Z_STEP = 0.005;
const Z_STEPS = 110;
const ANGSTROM_STEP = 10;

function valueAt(points: Spectrum, x: number): number {
  const last = points[points.length - 1]!;
  if (x <= points[0]![0]) return points[0]![1];
  if (x >= last[0]) return last[1];
  let i = 1;
  while (points[i]![0] < x) i++;
  const [x0, y0] = points[i - 1]!;
  const [x1, y1] = points[i]!;
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** A band's response at every step, as photon weights. */
interface SampledBand {
  startAngstrom: number;
  throughput: Float64Array;
  /** Photons of a flat f_nu source, the zero point of AB magnitudes. */
  reference: number;
}

const SAMPLED_BANDS: readonly SampledBand[] = SURVEY_BANDS.map(({ response }) => {
  const startAngstrom = response[0]![0];
  const steps = (response[response.length - 1]![0] - startAngstrom) / ANGSTROM_STEP;
  const throughput = Float64Array.from({ length: steps + 1 }, (_, i) =>
    valueAt(response, startAngstrom + i * ANGSTROM_STEP),
  );
  const reference = throughput.reduce((sum, t, i) => sum + t / (startAngstrom + i * ANGSTROM_STEP), 0);
  return { startAngstrom, throughput, reference };
});

/** AB flux: photons collected from the redshifted spectrum over those from a flat f_nu source. */
function bandFlux(band: SampledBand, spectrum: Spectrum, z: number): number {
  let source = 0;
  let segment = 1;
  for (let i = 0; i < band.throughput.length; i++) {
    const angstrom = band.startAngstrom + i * ANGSTROM_STEP;
    const rest = angstrom / (1 + z);
    while (segment < spectrum.length - 1 && spectrum[segment]![0] < rest) segment++;
    const [x0, y0] = spectrum[segment - 1]!;
    const [x1, y1] = spectrum[segment]!;
    source += band.throughput[i]! * angstrom * (y0 + ((y1 - y0) * (rest - x0)) / (x1 - x0));
  }
  return source / (1 + z) / band.reference;
}

/** Of each template, [band * (Z_STEPS + 1) + step]; made at first use, some 20 ms. */
let relativeFluxes: readonly Float64Array[] | undefined;

function tabulate(): readonly Float64Array[] {
  return TEMPLATES.map((spectrum) => {
    const table = new Float64Array(SAMPLED_BANDS.length * (Z_STEPS + 1));
    const restFrameR = bandFlux(SAMPLED_BANDS[2]!, spectrum, 0);
    SAMPLED_BANDS.forEach((band, b) => {
      for (let i = 0; i <= Z_STEPS; i++) {
        table[b * (Z_STEPS + 1) + i] = bandFlux(band, spectrum, i * Z_STEP) / restFrameR;
      }
    });
    return table;
  });
}

/** Effective wavelength of each band in Angstrom. */
export const EFFECTIVE_ANGSTROM: readonly number[] = SAMPLED_BANDS.map(({ startAngstrom, throughput }) => {
  let weighted = 0;
  let total = 0;
  throughput.forEach((t, i) => {
    weighted += t * (startAngstrom + i * ANGSTROM_STEP);
    total += t;
  });
  return weighted / total;
});

/**
 * Flux in `band` of a galaxy at redshift z, relative to its rest-frame r flux at the same distance.
 * @param type 0 (elliptical) to 3 (starburst); between whole numbers the neighbours are mixed.
 */
export function relativeFlux(type: number, band: number, z: number): number {
  const position = Math.min(Math.max(z / Z_STEP, 0), Z_STEPS - 1e-9);
  const step = Math.floor(position);
  const along = position - step;
  const index = band * (Z_STEPS + 1) + step;
  const early = Math.min(Math.max(Math.floor(type), 0), TEMPLATES.length - 2);
  const late = Math.min(Math.max(type - early, 0), 1);
  relativeFluxes ??= tabulate();
  const a = relativeFluxes[early]!;
  const b = relativeFluxes[early + 1]!;
  const earlyFlux = a[index]! + (a[index + 1]! - a[index]!) * along;
  const lateFlux = b[index]! + (b[index + 1]! - b[index]!) * along;
  return earlyFlux + (lateFlux - earlyFlux) * late;
}

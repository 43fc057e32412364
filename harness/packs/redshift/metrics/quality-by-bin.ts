/** Quality of redshifts in bins of redshift, magnitude and colour, with bootstrap intervals. */
import { type Random, seededRandom } from '../../../core/random.ts';
import { countedMedian, drawRanks } from '../../../metrics/bootstrap.ts';
import { percentile } from '../../../metrics/threshold.ts';
import { NMAD_FACTOR, OUTLIER_LIMITS, predictionQuality } from './prediction-quality.ts';

export interface BinnedGalaxy {
  zTrue: number;
  zPred: number;
  /** AB magnitudes u g r i z; absent in files of other writers. */
  magnitudes?: readonly number[];
}

/** A figure with the interval that holds 68 % of its bootstrap replicates. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

export interface QualityBin {
  from: number;
  to: number;
  count: number;
  bias: Interval;
  sigmaNMAD: Interval;
  outlierFraction005: Interval;
}

const REPLICATES = 60;
/** A replicate of more galaxies costs time and narrows no interval that is read from a report. */
const MOST_GALAXIES = 1_500;
const LEAST_GALAXIES = 20;
const BINS = 5;

/** What galaxies are binned by; undefined where a galaxy does not have it. */
export const BIN_AXES = {
  z_true: ({ zTrue }: BinnedGalaxy) => zTrue,
  r: ({ magnitudes }: BinnedGalaxy) => magnitudes?.[2],
  'g - r': ({ magnitudes }: BinnedGalaxy) => magnitudes && magnitudes[1]! - magnitudes[2]!,
} as const;
export type BinAxis = keyof typeof BIN_AXES;

/** Five bins of equal numbers of galaxies, those with fewer than 20 left out. */
export function qualityByBin(galaxies: readonly BinnedGalaxy[], axis: BinAxis): QualityBin[] {
  const at = Float64Array.from(galaxies, (galaxy) => BIN_AXES[axis](galaxy) ?? Number.NaN);
  const order = Uint32Array.from(at.keys())
    .filter((index) => Number.isFinite(at[index]))
    .sort((a, b) => at[a]! - at[b]!);
  const placed = Array.from(order, (index) => ({ galaxy: galaxies[index]!, at: at[index]! }));
  const random = seededRandom(`bins/${axis}`);
  return Array.from({ length: BINS }, (_, i) =>
    placed.slice(Math.floor((i * placed.length) / BINS), Math.floor(((i + 1) * placed.length) / BINS)),
  )
    .filter((bin) => bin.length >= LEAST_GALAXIES)
    .map((bin) => {
      const step = Math.ceil(bin.length / MOST_GALAXIES);
      const drawnFrom = bin.filter((_, i) => i % step === 0);
      const whole = qualityOf(bin);
      const replicates = resampledFigures(drawnFrom, random);
      // A subsample scatters more than the whole bin, by the square root of their ratio.
      const shrink = Math.sqrt(drawnFrom.length / bin.length);
      const interval = (name: keyof Figures): Interval => {
        const values = replicates.map((one) => one[name]);
        const middle = percentile(values, 50);
        const value = whole[name];
        return {
          value,
          low: value - shrink * (middle - percentile(values, 16)),
          high: value + shrink * (percentile(values, 84) - middle),
        };
      };
      return {
        from: bin[0]!.at,
        to: bin.at(-1)!.at,
        count: bin.length,
        bias: interval('bias'),
        sigmaNMAD: interval('sigmaNMAD'),
        outlierFraction005: interval('outlierFraction005'),
      };
    });
}

const qualityOf = (bin: readonly { galaxy: BinnedGalaxy }[]) =>
  predictionQuality(
    bin.map(({ galaxy }) => galaxy.zTrue),
    bin.map(({ galaxy }) => galaxy.zPred),
  );

type Figures = Record<'bias' | 'sigmaNMAD' | 'outlierFraction005', number>;

/** Figures of bootstrap replicates, as `predictionQuality` defines them; by counts of ranks, so nothing is sorted anew. */
function resampledFigures(drawnFrom: readonly { galaxy: BinnedGalaxy }[], random: Random): Figures[] {
  const sorted = Float64Array.from(
    drawnFrom,
    ({ galaxy: { zTrue, zPred } }) => (zPred - zTrue) / (1 + zTrue),
  ).sort();
  const counts = new Uint32Array(sorted.length);
  return Array.from({ length: REPLICATES }, () => {
    drawRanks(random, counts);
    let sum = 0;
    let outliers = 0;
    for (let rank = 0; rank < sorted.length; rank++) {
      const dz = sorted[rank]!;
      sum += counts[rank]! * dz;
      if (!(Math.abs(dz) <= OUTLIER_LIMITS.outlierFraction005)) outliers += counts[rank]!;
    }
    return {
      bias: sum / sorted.length,
      sigmaNMAD: NMAD_FACTOR * medianDeviation(sorted, counts),
      outlierFraction005: outliers / sorted.length,
    };
  });
}

/** Median of |value - median|: deviations ascend outwards on both sides of the median. */
function medianDeviation(sorted: Float64Array, counts: Uint32Array): number {
  const median = countedMedian(sorted, counts);
  const deviations = new Float64Array(sorted.length);
  const drawn = new Uint32Array(sorted.length);
  let right = 0;
  while (right < sorted.length && sorted[right]! < median) right++;
  let left = right - 1;
  for (let at = 0; at < sorted.length; at++) {
    const below = left < 0 ? Number.POSITIVE_INFINITY : median - sorted[left]!;
    const above = right < sorted.length ? sorted[right]! - median : Number.POSITIVE_INFINITY;
    const isRight = left < 0 || (right < sorted.length && above < below);
    deviations[at] = isRight ? above : below;
    drawn[at] = counts[isRight ? right++ : left--]!;
  }
  return countedMedian(deviations, drawn);
}

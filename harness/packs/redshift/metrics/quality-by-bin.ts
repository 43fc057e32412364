/** Quality of redshifts in bins of redshift, magnitude and colour, with bootstrap intervals. */
import { seededRandom } from '../../../core/random.ts';
import { percentile } from '../../../metrics/threshold.ts';
import { predictionQuality } from './prediction-quality.ts';

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
  const placed = galaxies
    .flatMap((galaxy) => {
      const at = BIN_AXES[axis](galaxy);
      return at !== undefined && Number.isFinite(at) ? [{ galaxy, at }] : [];
    })
    .sort((a, b) => a.at - b.at);
  const random = seededRandom(`bins/${axis}`);
  return Array.from({ length: BINS }, (_, i) =>
    placed.slice(Math.floor((i * placed.length) / BINS), Math.floor(((i + 1) * placed.length) / BINS)),
  )
    .filter((bin) => bin.length >= LEAST_GALAXIES)
    .map((bin) => {
      const step = Math.ceil(bin.length / MOST_GALAXIES);
      const drawnFrom = bin.filter((_, i) => i % step === 0);
      const whole = qualityOf(bin);
      const replicates = Array.from({ length: REPLICATES }, () =>
        qualityOf(drawnFrom.map(() => drawnFrom[Math.floor(random.next() * drawnFrom.length)]!)),
      );
      // A subsample scatters more than the whole bin, by the square root of their ratio.
      const shrink = Math.sqrt(drawnFrom.length / bin.length);
      const interval = (name: 'bias' | 'sigmaNMAD' | 'outlierFraction005'): Interval => {
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

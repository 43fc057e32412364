/** Figures of predictions by name: what scenarios bound, thresholds use and reports show. */
import type { Metric } from '../../../metrics/metric.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { predictionsOf } from '../evidence/results.ts';
import { redshiftsByPartition } from '../verification/truth.ts';
import { type DensityQuality, densityQuality } from './density-quality.ts';
import type { Mixture } from './mixture.ts';
import { OUTLIER_LIMITS, type PredictionQuality, predictionQuality } from './prediction-quality.ts';

interface Quality {
  point: PredictionQuality;
  density: DensityQuality;
}

interface Figure {
  /** `%` of shares, which are fractions in the qualities; nothing of plain numbers. */
  unit: '' | '%';
  description: string;
  /** Of the predicted distributions instead of the redshifts. */
  isDensity?: true;
  value(quality: Quality): number;
}

const point = (
  name: Exclude<keyof PredictionQuality, 'count'>,
  description: string,
  unit: '' | '%' = '',
): Figure => ({ unit, description, value: (quality) => quality.point[name] });

const density = (
  name: Exclude<keyof DensityQuality, 'count' | 'pits'>,
  description: string,
  unit: '' | '%' = '',
): Figure => ({ unit, description, isDensity: true, value: (quality) => quality.density[name] });

export const predictionFigures = {
  MAE: point('MAE', 'mean of |z_pred - z_true|'),
  MSE: point('MSE', 'mean of (z_pred - z_true)^2'),
  bias: point('bias', 'mean of dz = (z_pred - z_true) / (1 + z_true)'),
  biasMedian: point('biasMedian', 'median of dz'),
  sigmaNMAD: point('sigmaNMAD', '1.4826 x median of |dz - median(dz)|'),
  sigmaIQR: point('sigmaIQR', 'interquartile range of dz / 1.349'),
  outlierFraction: point('outlierFraction', 'share of |dz| > 0.15, in %', '%'),
  outlierFraction005: point('outlierFraction005', 'share of |dz| > 0.05, in %', '%'),
  outlierFraction3Sigma: point('outlierFraction3Sigma', 'share of |dz| > max(0.06, 3 sigmaIQR), in %', '%'),
  catastrophicRate: point('catastrophicRate', 'share of |z_pred - z_true| > 1, in %', '%'),
  R2: point('R2', 'coefficient of determination'),
  CRPS: density('CRPS', 'mean continuous ranked probability score of the distributions, in z'),
  cdeLoss: density('cdeLoss', 'conditional density estimation loss; lower is better'),
  pitMean: density('pitMean', 'mean probability integral transform; 0.5 without bias'),
  pitKS: density('pitKS', 'Kolmogorov-Smirnov distance of the PIT from uniform'),
  pitCvM: density('pitCvM', 'Cramer-von Mises statistic of the PIT'),
  pitAD: density('pitAD', 'Anderson-Darling statistic of the PIT'),
  coverage68: density('coverage68', 'share of truths in the central 68 % interval, in %', '%'),
  coverage90: density('coverage90', 'share of truths in the central 90 % interval, in %', '%'),
  conformalCoverage90: density(
    'conformalCoverage90',
    'share of truths in 90 % intervals calibrated on every second galaxy, of the others, in %',
    '%',
  ),
  width68: density('width68', 'mean width of the central 68 % intervals, in z'),
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof predictionFigures;
export const figureNames = Object.keys(predictionFigures) as FigureName[];

export const figureUnit = (name: FigureName): string => predictionFigures[name].unit;

/** Galaxies that a figure judges: those with a distribution, or all with a known redshift. */
export function judgedCount(name: FigureName, quality: Quality): number {
  // Not destructured: distributions are judged only when they are read.
  return 'isDensity' in predictionFigures[name] ? quality.density.count : quality.point.count;
}

/** A figure in its unit. */
export function figureValue(name: FigureName, quality: Quality): number {
  const { unit, value } = predictionFigures[name];
  return unit === '%' ? 100 * value(quality) : value(quality);
}

/**
 * What a bound on this figure cannot notice: a share of outliers that is zero because no galaxy comes near the limit.
 * Undefined when the figure can fail.
 */
export function blindSpot(name: FigureName, { point }: Quality): string | undefined {
  const limit =
    name in OUTLIER_LIMITS
      ? OUTLIER_LIMITS[name as keyof typeof OUTLIER_LIMITS]
      : name === 'catastrophicRate'
        ? 1
        : undefined;
  if (limit === undefined || point.count === 0 || !(point.largest < limit)) return undefined;
  return `warning: the largest |dz| is ${point.largest.toFixed(3)}, so this gate has nothing to find; generate data with effects (stars, badSpectra)`;
}

const cache = new WeakMap<RunRecord, Quality>();

/**
 * Quality over all predictions of a run whose truth is known: the redshifts that the harness read from the partitions,
 * never those that stand beside the predictions.
 */
export function qualityOf(record: RunRecord): Quality {
  const cached = cache.get(record);
  if (cached) return cached;
  const known = redshiftsByPartition(record);
  const zTrue: number[] = [];
  const zPred: number[] = [];
  const mixtures: Mixture[] = [];
  const mixtureTruth: number[] = [];
  for (const table of predictionsOf(record)) {
    for (let i = 0; i < table.zPred.length; i++) {
      const truth = known.get(table.dataPath[i]!)?.[table.sample[i]!];
      if (truth === undefined || Number.isNaN(truth)) continue;
      zTrue.push(truth);
      zPred.push(table.zPred[i]!);
      const mixture = table.mixtures?.[i];
      if (!mixture) continue;
      mixtures.push(mixture);
      mixtureTruth.push(truth);
    }
  }
  // Distributions cost more than redshifts, so they are judged when a figure asks.
  let judged: DensityQuality | undefined;
  const quality: Quality = {
    point: predictionQuality(zTrue, zPred),
    get density() {
      judged ??= densityQuality(mixtureTruth, mixtures);
      return judged;
    },
  };
  cache.set(record, quality);
  return quality;
}

export const predictionMetrics: readonly Metric[] = figureNames.map((name) => ({
  name: `predictions.${name}`,
  unit: figureUnit(name),
  cardinality: 'one',
  clock: 'none',
  source: 'predictions files, against the redshifts that the harness read from the partitions',
  description: predictionFigures[name].description,
  values: (record) => {
    const quality = qualityOf(record);
    return judgedCount(name, quality) === 0 ? [] : [figureValue(name, quality)];
  },
}));

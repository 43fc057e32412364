import { predictionsOf } from '../evidence/results.ts';
/**
 * Quality of photometric redshifts, on dz = (z_pred - z_true) / (1 + z_true) where the field defines it so.
 * Sources: Hildebrandt et al. 2010 (A&A 523, A31) for sigma_NMAD and outliers; bias as the mean of dz.
 */

import type { Metric } from '../../../metrics/metric.ts';
import { percentile } from '../../../metrics/threshold.ts';
import type { RunRecord } from '../../../record/run-record.ts';

/** Beyond this |dz| a prediction is a catastrophic outlier (Hildebrandt et al. 2010). */
const OUTLIER_LIMIT = 0.15;
/** Makes the median absolute deviation of a Gaussian equal to its standard deviation. */
const NMAD_FACTOR = 1.4826;

export interface PredictionQuality {
  count: number;
  /** Mean of |z_pred - z_true|. */
  MAE: number;
  /** Mean of dz. */
  bias: number;
  /** 1.4826 x median of |dz - median(dz)|. */
  sigmaNMAD: number;
  /** Share of |dz| > 0.15. */
  outlierFraction: number;
  /** Coefficient of determination. */
  R2: number;
}

/** The quality of predictions against truth; every figure is NaN when there is nothing to judge or not finite. */
export function predictionQuality(zTrue: readonly number[], zPred: readonly number[]): PredictionQuality {
  const count = zTrue.length;
  if (count === 0) {
    const nan = Number.NaN;
    return { count, MAE: nan, bias: nan, sigmaNMAD: nan, outlierFraction: nan, R2: nan };
  }
  let sum = 0;
  for (const z of zTrue) sum += z;
  const mean = sum / count;
  const dz = new Array<number>(count);
  let absolute = 0;
  let residual = 0;
  let total = 0;
  let outliers = 0;
  let bias = 0;
  for (let i = 0; i < count; i++) {
    const truth = zTrue[i]!;
    const error = zPred[i]! - truth;
    const scaled = error / (1 + truth);
    dz[i] = scaled;
    absolute += Math.abs(error);
    residual += error * error;
    total += (truth - mean) ** 2;
    bias += scaled;
    // Not-finite predictions are outliers too: no comparison with NaN is true.
    if (!(Math.abs(scaled) <= OUTLIER_LIMIT)) outliers++;
  }
  const median = percentile(dz, 50);
  return {
    count,
    MAE: absolute / count,
    bias: bias / count,
    sigmaNMAD:
      NMAD_FACTOR *
      percentile(
        dz.map((value) => Math.abs(value - median)),
        50,
      ),
    outlierFraction: outliers / count,
    R2: 1 - residual / total,
  };
}

const cache = new WeakMap<RunRecord, PredictionQuality>();

/** Quality over all predictions of a run whose truth is known. */
export function qualityOf(record: RunRecord): PredictionQuality {
  let quality = cache.get(record);
  if (!quality) {
    const zTrue: number[] = [];
    const zPred: number[] = [];
    for (const table of predictionsOf(record)) {
      if (!table.zTrue) continue;
      for (let i = 0; i < table.zPred.length; i++) {
        zTrue.push(table.zTrue[i]!);
        zPred.push(table.zPred[i]!);
      }
    }
    quality = predictionQuality(zTrue, zPred);
    cache.set(record, quality);
  }
  return quality;
}

export const qualityFigures = ['MAE', 'bias', 'sigmaNMAD', 'outlierFraction', 'R2'] as const;
export type QualityFigure = (typeof qualityFigures)[number];

/** The unit of a figure: the outlier fraction is a share, the others are plain numbers. */
export const qualityUnit = (figure: QualityFigure): string => (figure === 'outlierFraction' ? '%' : '');

/** A figure in its unit. */
export function qualityValue(quality: PredictionQuality, figure: QualityFigure): number {
  return figure === 'outlierFraction' ? 100 * quality.outlierFraction : quality[figure];
}

const DESCRIPTION: Record<QualityFigure, string> = {
  MAE: 'Mean absolute error of the redshifts',
  bias: 'Mean of (z_pred - z_true) / (1 + z_true)',
  sigmaNMAD: '1.4826 x median |dz - median(dz)|',
  outlierFraction: 'Share of |dz| > 0.15',
  R2: 'Coefficient of determination',
};

export const predictionMetrics: readonly Metric[] = qualityFigures.map((figure) => ({
  name: `predictions.${figure}`,
  unit: qualityUnit(figure),
  cardinality: 'one',
  clock: 'none',
  source: 'predictions files, z_pred against z_true',
  description: DESCRIPTION[figure],
  values: (record) => {
    const quality = qualityOf(record);
    return quality.count === 0 ? [] : [qualityValue(quality, figure)];
  },
}));

/**
 * Quality of photometric redshifts as the field publishes it, on dz = (z_pred - z_true) / (1 + z_true). Definitions of
 * RAIL (https://github.com/LSSTDESC/rail_base, point_estimate metrics) where it has them: bias as the median of dz,
 * sigma_IQR, sigma_MAD, outliers beyond max(0.06, 3 sigma_IQR). Hildebrandt et al. 2010 (A&A 523, A31) for |dz| > 0.15.
 */
import { sortedPercentile } from '../../../metrics/threshold.ts';

/** Makes the median absolute deviation of a Gaussian equal to its standard deviation. */
export const NMAD_FACTOR = 1.4826;
/** Interquartile range of a Gaussian of unit standard deviation, as RAIL rounds it. */
const IQR_OF_GAUSSIAN = 1.349;
/** |dz| beyond which a prediction is an outlier, by figure; `outlierFraction3Sigma` adapts to the scatter. */
export const OUTLIER_LIMITS = { outlierFraction: 0.15, outlierFraction005: 0.05 } as const;
const LEAST_3_SIGMA_LIMIT = 0.06;
/** |z_pred - z_true| beyond which an error is catastrophic (Bernstein & Huterer 2010, MNRAS 401, 1399). */
const CATASTROPHIC = 1;

/** Shares are fractions from 0 to 1. A figure is NaN when there is nothing to judge or a prediction is not finite. */
export interface PredictionQuality {
  count: number;
  /** Mean of |z_pred - z_true|. */
  MAE: number;
  /** Mean of (z_pred - z_true)^2. */
  MSE: number;
  /** Mean of dz. */
  bias: number;
  /** Median of dz. */
  biasMedian: number;
  /** 1.4826 x median of |dz - median(dz)|. */
  sigmaNMAD: number;
  /** Interquartile range of dz / 1.349. */
  sigmaIQR: number;
  /** Share of |dz| > 0.15. */
  outlierFraction: number;
  /** Share of |dz| > 0.05. */
  outlierFraction005: number;
  /** Share of |dz| > max(0.06, 3 sigma_IQR). */
  outlierFraction3Sigma: number;
  /** Share of |z_pred - z_true| > 1. */
  catastrophicRate: number;
  /** Coefficient of determination. */
  R2: number;
  /** Largest |dz|. */
  largest: number;
}

/** Quality of predictions against the truth, both as plain or typed arrays of the same length. */
export function predictionQuality(zTrue: ArrayLike<number>, zPred: ArrayLike<number>): PredictionQuality {
  const count = zTrue.length;
  const dz = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += zTrue[i]!;
  const mean = sum / count;
  let absolute = 0;
  let squares = 0;
  let total = 0;
  let bias = 0;
  let catastrophic = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const truth = zTrue[i]!;
    const error = zPred[i]! - truth;
    dz[i] = error / (1 + truth);
    absolute += Math.abs(error);
    squares += error * error;
    total += (truth - mean) ** 2;
    bias += dz[i]!;
    largest = Math.max(largest, Math.abs(dz[i]!));
    if (!(Math.abs(error) <= CATASTROPHIC)) catastrophic++;
  }
  const sorted = dz.slice().sort();
  const at = (percent: number) => (count === 0 ? Number.NaN : sortedPercentile(sorted, percent));
  const median = at(50);
  const deviations = sorted.map((value) => Math.abs(value - median)).sort();
  const sigmaIQR = (at(75) - at(25)) / IQR_OF_GAUSSIAN;
  // Not-finite predictions are outliers too: no comparison with NaN is true.
  const beyond = (limit: number) =>
    dz.reduce((found, value) => (Math.abs(value) <= limit ? found : found + 1), 0) / count;
  return {
    count,
    MAE: absolute / count,
    MSE: squares / count,
    bias: bias / count,
    biasMedian: median,
    sigmaNMAD: NMAD_FACTOR * (count === 0 ? Number.NaN : sortedPercentile(deviations, 50)),
    sigmaIQR,
    outlierFraction: beyond(OUTLIER_LIMITS.outlierFraction),
    outlierFraction005: beyond(OUTLIER_LIMITS.outlierFraction005),
    outlierFraction3Sigma: beyond(Math.max(LEAST_3_SIGMA_LIMIT, 3 * sigmaIQR)),
    catastrophicRate: catastrophic / count,
    R2: 1 - squares / total,
    largest,
  };
}

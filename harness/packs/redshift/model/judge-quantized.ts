/**
 * A quantised model is a different model, so it is accepted only if its redshifts are as good: bias and sigma_NMAD of
 * dz = (z_pred - z_true) / (1 + z_true) may move by no more than a share of sigma_NMAD.
 */
import type { Predictions } from './predict-samples.ts';

/** Quality of redshifts; dz = (z_pred - z_true) / (1 + z_true). */
export interface Quality {
  /** Mean of dz. */
  bias: number;
  /** 1.4826 x median of |dz - median(dz)|. */
  sigmaNmad: number;
  /** 1 - sum of squared errors / sum of squared deviations from the mean redshift. */
  R2: number;
}

export interface Verdict {
  float: Quality;
  quantized: Quality;
  /** Truth that both are measured against: the partition's redshifts, or the float model's predictions. */
  against: 'redshifts' | 'float model';
  /** Shares of the float model's sigma_NMAD by which the figures move; absolute where that is zero. */
  moved: { bias: number; sigmaNmad: number };
  accepted: boolean;
}

/** A network that explains less of the redshifts is not trained: its quality cannot show what quantisation costs. */
const LEAST_R2 = 0.3;

export const isTrained = ({ float, against }: Verdict): boolean =>
  against === 'redshifts' && float.R2 >= LEAST_R2;

/** Compares a model with its quantised form on the same samples. */
export function judgeQuantized(float: Predictions, quantized: Predictions, tolerance: number): Verdict {
  const truth = float.true ?? float.predicted;
  const before = qualityOf(float.predicted, truth);
  const after = qualityOf(quantized.predicted, truth);
  const scale = before.sigmaNmad > 0 ? before.sigmaNmad : 1;
  const moved = {
    bias: Math.abs(after.bias - before.bias) / scale,
    sigmaNmad: Math.abs(after.sigmaNmad - before.sigmaNmad) / scale,
  };
  return {
    float: before,
    quantized: after,
    against: float.true ? 'redshifts' : 'float model',
    moved,
    // A comparison with NaN is false, so figures that are not finite are refused.
    accepted: moved.bias <= tolerance && moved.sigmaNmad <= tolerance,
  };
}

function qualityOf(predicted: Float32Array, truth: Float32Array): Quality {
  const dz = Float64Array.from(predicted, (z, i) => (z - truth[i]!) / (1 + truth[i]!));
  const middle = median(dz);
  const mean = truth.reduce((sum, z) => sum + z, 0) / truth.length;
  const squares = predicted.reduce((sum, z, i) => sum + (z - truth[i]!) ** 2, 0);
  return {
    bias: dz.reduce((sum, value) => sum + value, 0) / dz.length,
    sigmaNmad: 1.4826 * median(dz.map((value) => Math.abs(value - middle))),
    R2: 1 - squares / truth.reduce((sum, z) => sum + (z - mean) ** 2, 0),
  };
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

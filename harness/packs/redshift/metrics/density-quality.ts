/** Quality of predicted redshift distributions, over all galaxies whose truth is known. */
import { cdf, conformalLevel, coverage, type Mixture, pitUniformity, quantile, scores } from './mixture.ts';

/** NaN where there is no galaxy. */
export interface DensityQuality {
  count: number;
  /** Probability integral transforms: the predicted cdf at the true redshift, per galaxy. */
  pits: number[];
  /** Mean of the PIT; 0.5 when distributions are not biased. */
  pitMean: number;
  pitKS: number;
  pitCvM: number;
  pitAD: number;
  cdeLoss: number;
  /** Mean CRPS, in units of z. */
  CRPS: number;
  /** Shares of truths in the central 68 % and 90 % intervals. */
  coverage68: number;
  coverage90: number;
  /** Share in 90 % intervals calibrated on every second galaxy, measured on the others. */
  conformalCoverage90: number;
  /** Level of the distributions' intervals that the calibration chose for 90 %. */
  conformalLevel90: number;
  /** Mean width of the central 68 % intervals, in z; of a sample of the galaxies. */
  width68: number;
}

/** Intervals whose width is measured: quantiles are found by bisection. */
const MEASURED_WIDTHS = 500;

export function densityQuality(zTrue: readonly number[], mixtures: readonly Mixture[]): DensityQuality {
  const count = zTrue.length;
  const pits = mixtures.map((mixture, i) => cdf(mixture, zTrue[i]!));
  const scored = mixtures.map((mixture, i) => scores(mixture, zTrue[i]!));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { ks, cvm, ad } = count === 0 ? { ks: NaN, cvm: NaN, ad: NaN } : pitUniformity(pits);
  const calibration = pits.filter((_, i) => i % 2 === 0);
  const heldOut = pits.filter((_, i) => i % 2 === 1);
  const level = conformalLevel(calibration, 0.9);
  const step = Math.max(1, Math.floor(count / MEASURED_WIDTHS));
  return {
    count,
    pits,
    pitMean: mean(pits),
    pitKS: ks,
    pitCvM: cvm,
    pitAD: ad,
    cdeLoss: mean(scored.map(({ cdeLoss }) => cdeLoss)),
    CRPS: mean(scored.map(({ crps }) => crps)),
    coverage68: coverage(pits, 0.68),
    coverage90: coverage(pits, 0.9),
    conformalCoverage90: coverage(heldOut, level),
    conformalLevel90: level,
    width68: mean(
      mixtures
        .filter((_, i) => i % step === 0)
        .map((mixture) => quantile(mixture, 0.84) - quantile(mixture, 0.16)),
    ),
  };
}

import { describe, expect, it } from 'vitest';
import { predictionQuality } from '../../../../harness/packs/redshift/metrics/prediction-quality.ts';

describe('prediction quality', () => {
  it('is perfect for perfect predictions', () => {
    const z = [0.1, 0.2, 0.3, 0.4];
    const { count, R2, ...errors } = predictionQuality(z, z);
    expect([count, R2]).toEqual([4, 1]);
    expect(Object.values(errors).every((error) => error === 0)).toBe(true);
  });

  it('agrees with a computation by hand', () => {
    // dz = [0.1/1, 0, -0.2/2, 0.5/2] = [0.1, 0, -0.1, 0.25]; median 0.05; |dz - median| = [.05, .05, .15, .2]
    const quality = predictionQuality([0, 0, 1, 1], [0.1, 0, 0.8, 1.5]);
    expect(quality.MAE).toBeCloseTo(0.2, 12);
    expect(quality.bias).toBeCloseTo(0.0625, 12);
    expect(quality.sigmaNMAD).toBeCloseTo(1.4826 * 0.1, 12);
    expect(quality.outlierFraction).toBe(0.25);
    expect(quality.outlierFraction005).toBe(0.75);
    expect(quality.MSE).toBeCloseTo(0.075, 12);
    expect(quality.biasMedian).toBeCloseTo(0.05, 12);
    // Quartiles of [-0.1, 0, 0.1, 0.25] are -0.025 and 0.1375.
    expect(quality.sigmaIQR).toBeCloseTo(0.1625 / 1.349, 12);
    // 3 sigma_IQR is 0.36, beyond every dz.
    expect(quality.outlierFraction3Sigma).toBe(0);
    expect(quality.catastrophicRate).toBe(0);
    expect(quality.largest).toBeCloseTo(0.25, 12);
    expect(quality.R2).toBeCloseTo(1 - (0.01 + 0.04 + 0.25) / 1, 12);
  });

  it('counts what is not finite as an outlier and lets it spoil the rest', () => {
    const quality = predictionQuality([0.1, 0.2], [Number.NaN, 0.2]);
    expect(quality.outlierFraction).toBe(0.5);
    expect(quality.MAE).toBeNaN();
  });

  it('judges nothing where there is nothing', () => {
    expect(predictionQuality([], []).MAE).toBeNaN();
  });
});

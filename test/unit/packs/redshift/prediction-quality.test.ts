import { describe, expect, it } from 'vitest';
import { predictionQuality } from '../../../../harness/packs/redshift/metrics/prediction-quality.ts';

describe('prediction quality', () => {
  it('is perfect for perfect predictions', () => {
    const z = [0.1, 0.2, 0.3, 0.4];
    expect(predictionQuality(z, z)).toEqual({
      count: 4,
      MAE: 0,
      bias: 0,
      sigmaNMAD: 0,
      outlierFraction: 0,
      R2: 1,
    });
  });

  it('agrees with a computation by hand', () => {
    // dz = [0.1/1, 0, -0.2/2, 0.5/2] = [0.1, 0, -0.1, 0.25]; median 0.05; |dz - median| = [.05, .05, .15, .2]
    const quality = predictionQuality([0, 0, 1, 1], [0.1, 0, 0.8, 1.5]);
    expect(quality.MAE).toBeCloseTo(0.2, 12);
    expect(quality.bias).toBeCloseTo(0.0625, 12);
    expect(quality.sigmaNMAD).toBeCloseTo(1.4826 * 0.1, 12);
    expect(quality.outlierFraction).toBe(0.25);
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

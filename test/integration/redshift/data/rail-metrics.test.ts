/** Metrics against qp, RAIL's own library. Needs a Python with qp-prob: COSMICAI_ASTRONOMY_PYTHON, or python3 on the path. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/core/random.ts';
import { densityQuality } from '../../../../harness/packs/redshift/metrics/density-quality.ts';
import { predictionQuality } from '../../../../harness/packs/redshift/metrics/prediction-quality.ts';
import { astronomyPython } from './astronomy-python.ts';

const python = astronomyPython('qp', 'scipy');

const GALAXIES = 10_000;
const COMPONENTS = 3;
/** Galaxies whose CDE loss and CRPS are integrated numerically. */
const INTEGRATED = 200;

/** Synthetic predictions: mixtures of three Gaussians whose truth is drawn from slightly wider ones. */
function synthetic() {
  const random = seededRandom('rail');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Array.from({ length: GALAXIES }, () => {
    const z = 0.05 + 0.4 * random.next();
    const parts = Array.from({ length: COMPONENTS }, () => 0.1 + random.next());
    const total = parts.reduce((sum, part) => sum + part, 0);
    const means = parts.map(() => z + 0.02 * normal());
    const sigmas = parts.map(() => 0.008 + 0.02 * random.next());
    const wrong = random.next() < 0.02 ? 0.2 : 0;
    return {
      true: Math.max(0, z + 0.025 * normal() + wrong),
      predicted: z,
      mixture: { weights: parts.map((part) => part / total), means, sigmas },
    };
  });
}

describe.skipIf(!python)('metrics', () => {
  it('agree with RAIL within 1e-6 on 10,000 synthetic predictions', () => {
    const galaxies = synthetic();
    const zTrue = galaxies.map((one) => one.true);
    const zPred = galaxies.map((one) => one.predicted);
    const mixtures = galaxies.map(({ mixture }) => mixture);
    const input = JSON.stringify({
      few: INTEGRATED,
      true: zTrue,
      predicted: zPred,
      weights: mixtures.map(({ weights }) => weights),
      means: mixtures.map(({ means }) => means),
      stds: mixtures.map(({ sigmas }) => sigmas),
    });
    const script = join(import.meta.dirname, 'rail-metrics.py');
    const { stdout, stderr, status } = spawnSync(python!, [script], {
      input,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    expect(status, stderr).toBe(0);
    const { pits, ...figures } = JSON.parse(stdout) as {
      pits: number[];
      [figure: string]: number | number[];
    };
    const point = predictionQuality(zTrue, zPred);
    const density = densityQuality(zTrue, mixtures);
    for (const [i, pit] of pits.entries()) expect(Math.abs(density.pits[i]! - pit)).toBeLessThan(1e-6);
    const { cdeLoss, CRPS } = densityQuality(zTrue.slice(0, INTEGRATED), mixtures.slice(0, INTEGRATED));
    const ours: Record<string, number> = { ...point, ...density, cdeLoss, CRPS, pits: 0 } as never;
    for (const [name, value] of Object.entries(figures)) {
      expect(Math.abs(ours[name]! - (value as number)), name).toBeLessThan(1e-6);
    }
    // The figures are no trivial ones.
    expect(point.outlierFraction3Sigma).toBeGreaterThan(0.01);
    expect(density.pitKS).toBeGreaterThan(0.01);
  }, 300_000);
});

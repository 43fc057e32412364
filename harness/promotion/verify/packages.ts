import { LAMBDA_NAMES } from '../../artifacts/bundle.ts';
import { AWS_LIMITS } from '../../core/limits.ts';
import { RUNS } from '../evidence/statement.ts';
import type { Check } from './check.ts';

/** The packages run on Lambda and keep AWS's sizes and the policy's own. */
export const packages: Check = {
  name: 'packages',
  reasons({ statement, artifacts, policy }) {
    const { platform, arch } = artifacts?.target ?? statement.predicate[RUNS].target;
    const reasons =
      platform === 'linux' ? [] : [`the functions were built for ${platform}-${arch}; Lambda runs linux`];
    if (!artifacts) return reasons;
    for (const name of LAMBDA_NAMES) {
      const { sizeBytes, unzippedBytes } = artifacts.lambdas[name];
      const budget = policy.sizeBudget[name];
      const zipped = Math.min(budget?.zip ?? Number.POSITIVE_INFINITY, AWS_LIMITS.lambdaZippedBytes.value);
      const whole = Math.min(
        budget?.unzipped ?? Number.POSITIVE_INFINITY,
        AWS_LIMITS.lambdaUnzippedBytes.value,
      );
      if (sizeBytes > zipped) reasons.push(`${name}.zip has ${sizeBytes} bytes; ${zipped} are allowed`);
      if (unzippedBytes > whole)
        reasons.push(`${name}.zip has ${unzippedBytes} bytes unzipped; ${whole} are allowed`);
    }
    return reasons;
  },
};

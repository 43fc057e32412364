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
    for (const { name, sizeBytes, unzippedBytes } of [
      ...Object.values(artifacts.functions),
      ...Object.values(artifacts.layers),
    ]) {
      const budget = policy.sizeBudget[name];
      // Releases are deployed from S3, where the limit of direct uploads does not apply.
      const zipped = budget?.zip ?? Number.POSITIVE_INFINITY;
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

import { z } from 'zod';
import { AWS_LIMITS, type AwsLimits, LIMIT_PROFILES, type LimitName, limitsOf } from '../core/limits.ts';

const names = Object.keys(AWS_LIMITS) as LimitName[];
const limit = z.union([z.number().nonnegative(), z.literal('none')]);

/** Quotas in force while a scenario runs: a profile, and single ones lifted (`none`) or set to another value. */
export const limitsSchema = z.strictObject({
  profile: z
    .enum(LIMIT_PROFILES)
    .default('aws-default')
    .describe(
      "`aws-default` are AWS's own, `new-account` the lower ones of an account without a history, `none` lifts all of them",
    ),
  ...(Object.fromEntries(
    names.map((name) => [
      name,
      limit
        .optional()
        .describe(
          `${'kind' in AWS_LIMITS[name] && AWS_LIMITS[name].kind === 'own' ? "the emulator's" : "AWS's"} is ${AWS_LIMITS[name].value.toLocaleString('en-US')} ([source](${AWS_LIMITS[name].page}))`,
        ),
    ]),
  ) as Record<LimitName, z.ZodOptional<typeof limit>>),
});
type LimitsSpec = z.output<typeof limitsSchema>;

/** The quotas a scenario asks for. */
export function limitsFor({ profile, ...values }: LimitsSpec): AwsLimits {
  const overrides = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value === 'none' ? Number.POSITIVE_INFINITY : value] as const],
  );
  return limitsOf(profile, Object.fromEntries(overrides));
}

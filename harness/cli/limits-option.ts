/** `--limits`: a profile of quotas, single quotas by name, or both. */
import { InvalidArgumentError } from 'commander';
import {
  AWS_LIMITS,
  type AwsLimits,
  LIMIT_PROFILES,
  type LimitName,
  type LimitProfile,
  limitsOf,
} from '../core/limits.ts';
import { nearestName } from '../core/nearest-name.ts';

/**
 * Reads `aws-default`, `new-account`, `none` or `name=value,...` (`none` as a value lifts one quota). Parts may be mixed:
 * `none,lambdaSyncPayloadBytes=1000` lifts all quotas but one.
 */
export function limitsOption(text: string): AwsLimits {
  let profile: LimitProfile = 'aws-default';
  const overrides: Partial<Record<LimitName, number>> = {};
  for (const part of text.split(',').map((part) => part.trim())) {
    if (isProfile(part)) {
      profile = part;
      continue;
    }
    const [name = '', value, ...more] = part.split('=').map((side) => side.trim());
    if (value === undefined || more.length > 0)
      throw new InvalidArgumentError(
        `It must be ${LIMIT_PROFILES.join(', ')}, or name=value[,name=value...], not "${part}".`,
      );
    overrides[limitName(name)] = limitValue(name, value);
  }
  return limitsOf(profile, overrides);
}

const isProfile = (text: string): text is LimitProfile =>
  (LIMIT_PROFILES as readonly string[]).includes(text);

function limitName(name: string): LimitName {
  if (Object.hasOwn(AWS_LIMITS, name)) return name as LimitName;
  const names = Object.keys(AWS_LIMITS);
  const near = nearestName(name, names);
  throw new InvalidArgumentError(
    `There is no quota "${name}".${near ? ` Did you mean ${near}?` : ''} Quotas: ${names.join(', ')}.`,
  );
}

function limitValue(name: string, text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError(`${name} must be a whole number or none, not "${text}".`);
}

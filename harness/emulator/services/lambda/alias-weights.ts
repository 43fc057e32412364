import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { functionNotFound, invalidParameter, validation } from './errors.ts';
import { functionArn } from './function-name.ts';
import type { LambdaFunction } from './store/entities.ts';

const MEMBER = 'routingConfig.additionalVersionWeights';
const KEYS =
  'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]';
const VALUES =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';

/**
 * `RoutingConfig.AdditionalVersionWeights`: at most one further version, with a share in [0, 1].
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export function parseWeights(
  env: { region: string; accountId: string },
  body: JsonObject,
  found: LambdaFunction,
  functionVersion: string,
): { [version: string]: number } {
  const routing = body['RoutingConfig'];
  const weights = isJsonObject(routing) ? routing['AdditionalVersionWeights'] : undefined;
  if (!isJsonObject(weights)) return {};
  const entries = Object.entries(weights);
  if (entries.length === 0) return {};
  if (entries.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  for (const [version, weight] of entries) {
    const shown = `{${version}=${showNumber(weight)}}`;
    if (!/^\d+$/.test(version)) throw validation(shown, MEMBER, KEYS);
    if (typeof weight !== 'number' || weight < 0 || weight > 1) throw validation(shown, MEMBER, VALUES);
    if (version === functionVersion) {
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    if (functionVersion === '$LATEST') {
      // The one error of this kind that AWS sends without its `Type`.
      throw new AwsError(
        'InvalidParameterValueException',
        '$LATEST is not supported for an alias pointing to more than 1 version',
      );
    }
    if (!found.published.some((candidate) => candidate.version === version)) {
      throw functionNotFound(functionArn(env, found.name, version));
    }
  }
  return Object.fromEntries(entries) as { [version: string]: number };
}

/** As Java shows a double. */
const showNumber = (value: unknown): string =>
  typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value);

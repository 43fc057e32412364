import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { invalidParameter } from './errors.ts';
import type { LambdaFunction } from './store/entities.ts';

/**
 * `RoutingConfig.AdditionalVersionWeights`: at most one further version, with a share in [0, 1].
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export function parseWeights(
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
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1.');
  }
  if (functionVersion === '$LATEST') {
    throw invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version.');
  }
  return Object.fromEntries(
    entries.map(([version, weight]) => {
      if (typeof weight !== 'number' || weight < 0 || weight > 1) {
        throw invalidParameter(`The weight of version ${version} must be between 0 and 1.`);
      }
      if (version === functionVersion) {
        throw invalidParameter(
          `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
        );
      }
      if (!found.published.some((candidate) => candidate.version === version)) {
        throw invalidParameter(`Function version ${version} does not exist.`);
      }
      return [version, weight];
    }),
  );
}

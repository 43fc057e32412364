/** What layers say they are compatible with, and the filters of their lists. */
import type { JsonObject } from '../../../core/json.ts';
import { validation, validations, violation } from './errors.ts';
import { oneOf, textList } from './parameters.ts';
import { KNOWN_RUNTIMES } from './runtime/known-runtimes.ts';
import type { LayerVersion } from './store/layer-store.ts';

const ARCHITECTURES = ['x86_64', 'arm64'] as const;

/** @throws AwsError ValidationException with all that is wrong */
export function parseCompatibility(
  body: JsonObject,
): Pick<LayerVersion, 'compatibleRuntimes' | 'compatibleArchitectures'> {
  const runtimes = textList(body['CompatibleRuntimes'], 'compatibleRuntimes');
  const architectures = textList(body['CompatibleArchitectures'], 'compatibleArchitectures');
  const known: readonly string[] = KNOWN_RUNTIMES;
  const violations: string[] = [];
  if (runtimes?.some((runtime) => !known.includes(runtime))) {
    const constraint = `Member must satisfy enum value set: [${known.join(', ')}]`;
    violations.push(violation(`[${runtimes.join(', ')}]`, 'compatibleRuntimes', constraint));
  }
  if (architectures?.some((one) => !(ARCHITECTURES as readonly string[]).includes(one))) {
    const constraint =
      'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]';
    violations.push(violation(`[${architectures.join(', ')}]`, 'compatibleArchitectures', constraint));
  }
  if (violations.length > 0) throw validations(violations);
  return {
    ...(runtimes === undefined ? {} : { compatibleRuntimes: runtimes }),
    ...(architectures === undefined ? {} : { compatibleArchitectures: architectures }),
  };
}

/** The filter of ListLayers and ListLayerVersions. @throws AwsError ValidationException */
export function compatibleWith(query: URLSearchParams): (version: LayerVersion) => boolean {
  const runtime = oneOf(query.get('CompatibleRuntime') ?? undefined, 'compatibleRuntime', KNOWN_RUNTIMES);
  const architecture = oneOf(
    query.get('CompatibleArchitecture') ?? undefined,
    'compatibleArchitecture',
    ARCHITECTURES,
  );
  return ({ compatibleRuntimes, compatibleArchitectures }) =>
    (runtime === undefined || (compatibleRuntimes?.includes(runtime) ?? false)) &&
    (architecture === undefined || (compatibleArchitectures?.includes(architecture) ?? false));
}

/** Name and number of a layer version's ARN. @throws AwsError ValidationException */
export function parseLayerVersionArn(arn: string): { layerArn: string; version: number } {
  if (
    !/^arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)?-[a-z-]+\d:\d{12}:layer:[a-zA-Z0-9-_]+:\d+$/.test(arn)
  ) {
    throw validation(
      arn,
      'arn',
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+',
    );
  }
  const colon = arn.lastIndexOf(':');
  return { layerArn: arn.slice(0, colon), version: Number(arn.slice(colon + 1)) };
}

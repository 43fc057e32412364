/** Reads and checks the members of a CloudWatch request; texts stand for numbers where query sent them. */
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { invalidValue, missingParameter, validationError } from './errors.ts';
import type { Dimension } from './metrics/metric.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const RATES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [
  unit,
  unit.replace('ytes', 'its'),
]);
const UNITS = new Set([
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  'Count',
  'Count/Second',
  'None',
  ...RATES,
  ...RATES.map((unit) => `${unit}/Second`),
]);
const MAX_DIMENSIONS = 30;
const MAX_DIMENSION_VALUE = 1024;
const MAX_NAME = 255;

const isAbsent = (value: Json | undefined): value is undefined | null =>
  value === undefined || value === null;

export function optionalText(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (isAbsent(value)) return undefined;
  return typeof value === 'string' ? value : String(value);
}

/** A text that must be there, of at most `max` characters. `path` is how AWS names it. */
export function requiredText(input: JsonObject, member: string, path = member, max = MAX_NAME): string {
  const value = optionalText(input, member);
  if (value === undefined) throw missingParameter(`The parameter ${path} is required.`);
  if (value.length < 1 || value.length > max) {
    throw invalidValue(`The value ${value} for parameter ${path} is invalid.`);
  }
  return value;
}

export function optionalNumber(input: JsonObject, member: string, path = member): number | undefined {
  const value = input[member];
  if (isAbsent(value)) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw invalidValue(`The value ${String(value)} for parameter ${path} is invalid.`);
  }
  return number;
}

/** A whole number within bounds. */
export function optionalInteger(
  input: JsonObject,
  member: string,
  { min = 1, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number | undefined {
  const value = optionalNumber(input, member);
  if (value === undefined) return undefined;
  const name = member[0]!.toLowerCase() + member.slice(1);
  if (value < min || value > max || !Number.isInteger(value)) {
    const bound = value > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
    throw validationError(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  return value;
}

export function optionalBoolean(input: JsonObject, member: string): boolean | undefined {
  const value = input[member];
  return isAbsent(value) ? undefined : value === true || value === 'true';
}

/** Milliseconds since the epoch: seconds on the wire, or a date as ISO 8601. */
export function optionalTimeMs(input: JsonObject, member: string, path = member): number | undefined {
  const value = input[member];
  if (isAbsent(value)) return undefined;
  const seconds = typeof value === 'string' && /^-?[\d.]+$/.test(value) ? Number(value) : value;
  const ms = typeof seconds === 'number' ? seconds * 1000 : Date.parse(String(seconds));
  if (!Number.isFinite(ms))
    throw invalidValue(`The value ${String(value)} for parameter ${path} is invalid.`);
  return Math.round(ms);
}

export function requiredTimeMs(input: JsonObject, member: string): number {
  const ms = optionalTimeMs(input, member);
  if (ms === undefined) throw missingParameter(`The parameter ${member} is required.`);
  return ms;
}

/** A list, empty when it is absent; query sends an empty one as an empty text. */
export function list(input: JsonObject, member: string): readonly Json[] {
  const value = input[member];
  if (isAbsent(value) || value === '') return [];
  if (!Array.isArray(value)) throw invalidValue(`The value for parameter ${member} is invalid.`);
  return value;
}

export const objects = (input: JsonObject, member: string): readonly JsonObject[] =>
  list(input, member).map((item) => (isJsonObject(item) ? item : {}));

export const texts = (input: JsonObject, member: string): readonly string[] =>
  list(input, member).map(String);

/** One of `allowed`, or nothing when it is absent. */
export function optionalEnum(
  input: JsonObject,
  member: string,
  allowed: readonly string[],
): string | undefined {
  const value = optionalText(input, member);
  if (value === undefined || allowed.includes(value)) return value;
  const name = member[0]!.toLowerCase() + member.slice(1);
  throw validationError(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

/** `Dimensions`, in order of their names: a metric is the same however they were given. */
export function dimensionList(input: JsonObject, path = 'Dimensions'): Dimension[] {
  const found = objects(input, 'Dimensions');
  if (found.length > MAX_DIMENSIONS) {
    throw invalidValue(`The collection ${path} must not have a size greater than ${MAX_DIMENSIONS}.`);
  }
  return found
    .map((one, i) => ({
      Name: requiredText(one, 'Name', `${path}.member.${i + 1}.Name`),
      Value: requiredText(one, 'Value', `${path}.member.${i + 1}.Value`, MAX_DIMENSION_VALUE),
    }))
    .sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0));
}

export function optionalUnit(input: JsonObject, path = 'Unit'): string | undefined {
  const unit = optionalText(input, 'Unit');
  if (unit === undefined || UNITS.has(unit)) return unit;
  throw invalidValue(`The value ${unit} for parameter ${path} is invalid.`);
}

const PERIODS_BELOW_A_MINUTE = [1, 5, 10, 20, 30];

/** Seconds: 1, 5, 10, 20, 30 or whole minutes. */
export function checkPeriod(seconds: number): number {
  if (PERIODS_BELOW_A_MINUTE.includes(seconds) || (seconds >= 60 && seconds % 60 === 0)) return seconds;
  throw invalidValue(`The value ${seconds} for parameter Period is invalid.`);
}

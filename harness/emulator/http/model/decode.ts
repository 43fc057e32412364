/**
 * Turns what a client sent into members as AWS's SDK types them: blobs are `Buffer`s, timestamps `Date`s. Members that
 * the model does not have are dropped; null is the same as absent.
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { type MemberReference, membersOf, type ServiceModel, type Shape } from './service-model.ts';

/** The input of an operation, by the names of the model. */
export type Members = { [name: string]: unknown };

/** Text forms say `true` and `1.5`; JSON says true and 1.5, and anything else is refused. */
type Notation = 'json' | 'text';

/**
 * @param wireNames members are found by their names on the wire (JSON bodies of REST services) instead of the model's
 * @throws AwsError SerializationException
 */
export function decodeMembers(
  model: ServiceModel,
  shape: Shape,
  input: JsonObject,
  notation: Notation,
  wireNames = false,
): Members {
  const members: Members = {};
  for (const [name, reference] of membersOf(shape)) {
    const wireName = wireNames ? (reference.name ?? name) : name;
    const value = Object.hasOwn(input, wireName) ? input[wireName] : undefined;
    if (value === undefined || value === null) continue;
    members[name] = decodeValue(model, reference, value, notation, wireNames);
  }
  return members;
}

function decodeValue(
  model: ServiceModel,
  reference: MemberReference,
  value: Json,
  notation: Notation,
  wireNames: boolean,
): unknown {
  const shape = model.shape(reference.shape);
  switch (shape.type) {
    case 'structure':
      if (value === '' && notation === 'text') return {};
      if (!isJsonObject(value)) throw unexpected(value, 'object');
      return decodeMembers(model, shape, value, notation, wireNames);
    case 'list':
      // A query form sends an empty list as an empty text.
      if (value === '' && notation === 'text') return [];
      if (!Array.isArray(value)) throw unexpected(value, 'list');
      return value
        .filter((item) => item !== null)
        .map((item) => decodeValue(model, shape.member!, item, notation, wireNames));
    case 'map':
      return decodeMap(model, shape, value, notation, wireNames);
    default:
      return decodeScalar(shape, value, notation);
  }
}

function decodeMap(
  model: ServiceModel,
  shape: Shape,
  value: Json,
  notation: Notation,
  wireNames: boolean,
): unknown {
  if (!isJsonObject(value)) throw unexpected(value, 'object');
  const one = (item: Json) => decodeValue(model, shape.value!, item, notation, wireNames);
  // A member named __proto__ is a key like any other.
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, one(item)]])),
  );
}

/** One text, number, boolean, blob or time. @throws AwsError SerializationException */
export function decodeScalar(shape: Shape, value: Json, notation: Notation): unknown {
  if (typeof value === 'object') throw unexpected(value, 'scalar');
  switch (shape.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (notation === 'text' && (value === 'true' || value === 'false')) return value === 'true';
      throw converted(value, 'Boolean');
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return decodeNumber(shape, value, notation);
    case 'blob':
      if (typeof value !== 'string') throw converted(value, 'Blob');
      return Buffer.from(value, 'base64');
    case 'timestamp':
      return decodeTime(value, notation);
    default:
      if (typeof value === 'string') return value;
      throw converted(value, 'String');
  }
}

const NUMBER_NAMES = { integer: 'Integer', long: 'Long', float: 'Float', double: 'Double' } as const;

function decodeNumber({ type }: Shape, value: Json, notation: Notation): number {
  const name = NUMBER_NAMES[type as keyof typeof NUMBER_NAMES];
  const isWhole = type === 'integer' || type === 'long';
  if (typeof value === 'number') return isWhole ? Math.trunc(value) : value;
  if (notation === 'json' || typeof value !== 'string') throw converted(value, name);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number) || (isWhole && !Number.isInteger(number))) throw converted(value, name);
  return number;
}

/** Seconds since the epoch, or a date as text. */
function decodeTime(value: Json, notation: Notation): Date {
  const isSeconds =
    typeof value === 'number' || (notation === 'text' && /^-?\d+(?:\.\d+)?$/.test(String(value)));
  const date = isSeconds ? new Date(Number(value) * 1000) : new Date(String(value));
  if (Number.isNaN(date.getTime())) throw converted(value, 'Timestamp');
  return date;
}

/** The SDKs' servers name JSON tokens so. Source: recorded answers of Coral services. */
function tokenOf(value: Json): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return 'NUMBER_VALUE';
  return value === true ? 'TRUE_VALUE' : 'FALSE_VALUE';
}

const converted = (value: Json, type: string): AwsError =>
  new AwsError(
    'SerializationException',
    `${tokenOf(value)} can not be converted to ${article(type)} ${type}`,
  );

const article = (noun: string) => (/^[AEIOU]/.test(noun) ? 'an' : 'a');

function unexpected(value: Json, wanted: 'object' | 'list' | 'scalar'): AwsError {
  const found = Array.isArray(value) ? 'Start of list' : 'Start of structure or map';
  if (typeof value === 'object')
    return new AwsError('SerializationException', `${found} found where not expected.`);
  const expected = wanted === 'list' ? 'Expected list or null' : 'Expected null or start of structure or map';
  return new AwsError('SerializationException', expected);
}

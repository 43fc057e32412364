/** Reads and checks the members of a CloudWatch Logs request, with the service's own texts. */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { invalidParameter, noSuchGroup } from './errors.ts';

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]+$/;
const STREAM_NAME = /^[^:*]*$/;
const MAX_NAME_LENGTH = 512;

const violation = (value: unknown, member: string, constraint: string) =>
  invalidParameter(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );

/** A text member, or `undefined` when it is absent. */
export function optionalText(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw violation(JSON.stringify(value), member, 'Member must be a string');
  return value;
}

/** A text member that must be there. */
export function requiredText(input: JsonObject, member: string): string {
  const value = optionalText(input, member);
  if (value === undefined) {
    throw invalidParameter(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** A whole number within bounds, or `undefined` when it is absent. */
export function optionalInteger(
  input: JsonObject,
  member: string,
  bounds: { min?: number; max?: number } = {},
): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw violation(JSON.stringify(value), member, 'Member must be a number');
  }
  if (bounds.min !== undefined && value < bounds.min) {
    throw violation(value, member, `Member must have value greater than or equal to ${bounds.min}`);
  }
  if (bounds.max !== undefined && value > bounds.max) {
    throw violation(value, member, `Member must have value less than or equal to ${bounds.max}`);
  }
  return value;
}

/** `logGroupName`, checked. */
export function groupName(input: JsonObject): string {
  const name = requiredText(input, 'logGroupName');
  checkGroupName(name);
  return name;
}

/**
 * The group meant by `logGroupName` or `logGroupIdentifier` (a name or an ARN).
 * @throws AwsError ResourceNotFoundException for an ARN of another region, account or kind
 */
export function groupNameOrIdentifier(input: JsonObject, place: Place): string {
  const identifier = optionalText(input, 'logGroupIdentifier');
  if (identifier === undefined) return groupName(input);
  if (optionalText(input, 'logGroupName') !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  return ownGroupName(identifier, place);
}

/** Where a log group may be: ARNs of elsewhere name nothing here. */
type Place = Pick<ServiceEnvironment, 'region' | 'accountId'>;

/** Name within `arn:aws:logs:region:account:log-group:NAME[:*]` of this region and account. */
export function groupNameOfArn(arn: string, { region, accountId }: Place): string | undefined {
  const [, itsRegion, itsAccount, name] =
    /^arn:[^:]+:logs:([^:]*):([^:]*):log-group:([^:]+)(?::\*)?$/.exec(arn) ?? [];
  return itsRegion === region && itsAccount === accountId ? name : undefined;
}

/** The name that a name or an ARN gives. @throws AwsError ResourceNotFoundException for an ARN of elsewhere */
export function ownGroupName(identifier: string, place: Place): string {
  if (!identifier.startsWith('arn:')) return identifier;
  const name = groupNameOfArn(identifier, place);
  if (name === undefined) throw noSuchGroup();
  return name;
}

/** @throws AwsError InvalidParameterException */
function checkGroupName(name: string): void {
  checkLength(name, 'logGroupName');
  if (!GROUP_NAME.test(name)) {
    throw violation(
      name,
      'logGroupName',
      'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+',
    );
  }
}

/** Source of the text: recorded answers. */
function checkLength(name: string, member: string): void {
  if (name.length > MAX_NAME_LENGTH) {
    throw invalidParameter(
      `Invalid LogGroup or LogStream, both must have length less than or equal to ${MAX_NAME_LENGTH}.`,
    );
  }
  if (name === '') throw violation(name, member, 'Member must have length greater than or equal to 1');
}

/** A text of at most `max` characters, or `undefined` when it is absent. */
export function boundedText(input: JsonObject, member: string, max: number): string | undefined {
  const text = optionalText(input, member);
  if (text !== undefined && text.length > max) {
    throw violation(text, member, `Member must have length less than or equal to ${max}`);
  }
  return text;
}

/** `logStreamName`, checked. */
export function streamName(input: JsonObject): string {
  const name = requiredText(input, 'logStreamName');
  checkLength(name, 'logStreamName');
  if (!STREAM_NAME.test(name)) {
    throw violation(name, 'logStreamName', 'Member must satisfy regular expression pattern: [^:*]*');
  }
  return name;
}

/** `tags`, a map of texts. */
export function tagMap(input: JsonObject): { [key: string]: string } {
  const tags = input['tags'] ?? {};
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    throw invalidParameter("Value at 'tags' must be a map of strings.");
  }
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/** A list of texts, empty when it is absent. */
export function textList(input: JsonObject, member: string): string[] {
  const value = input[member];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw violation(JSON.stringify(value), member, 'Member must be a list');
  return value.map(String);
}

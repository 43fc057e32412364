/**
 * The policy of a browser's upload: which fields the form may have, with which values, and how large the file may
 * be. Pure.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; messages as S3 answers.
 */

import { AwsError } from '../../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import type { FormField } from '../context.ts';

/** Bytes, both inclusive. */
export interface SizeRange {
  minimum: number;
  maximum: number;
}

type Condition = readonly unknown[];

export interface PostPolicy {
  expiresMs: number;
  conditions: readonly Condition[];
}

const invalid = (message: string) => new AwsError('InvalidPolicyDocument', `Invalid Policy: ${message}`);

const denied = (message: string) =>
  new AwsError('AccessDenied', `Invalid according to Policy: ${message}`, 403);

/** Reads the base64 text of a policy. @throws AwsError InvalidPolicyDocument */
export function parsePostPolicy(base64: string): PostPolicy {
  const document = parseJson(Buffer.from(base64, 'base64').toString('utf8'));
  const unexpected = Object.keys(document).find((name) => name !== 'expiration' && name !== 'conditions');
  if (unexpected !== undefined) throw invalid(`Unexpected: '${unexpected.toLowerCase()}'`);
  const { expiration, conditions } = document;
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  const isTime =
    typeof expiration === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(expiration);
  const expiresMs = isTime ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expiresMs)) throw invalid(`Invalid 'expiration' value: '${String(expiration)}'`);
  if (conditions === undefined) throw invalid('Policy missing conditions.');
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value: must be a List.");
  return { expiresMs, conditions: conditions.map(parseCondition) };
}

function parseJson(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw invalid('Invalid JSON.');
}

/** `{"acl": "private"}` is short for `["eq", "$acl", "private"]`. */
function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) {
    if (condition.length === 0) throw invalid('Invalid Condition: missing operation identifier.');
    const operation = String(condition[0]).toLowerCase();
    if (operation !== 'eq' && operation !== 'starts-with' && operation !== 'content-length-range') {
      throw invalid(`Invalid Condition: unknown operation '${String(condition[0])}'.`);
    }
    if (condition.length !== 3) throw invalid(`Invalid ${operation}: wrong number of arguments.`);
    return condition;
  }
  if (!isJsonObject(condition)) throw invalid('Invalid condition test: must be a List or Object.');
  const [entry, ...more] = Object.entries(condition);
  if (!entry || more.length > 0) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  if (typeof entry[1] !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
  return ['eq', `$${entry[0]}`, entry[1]];
}

/** Fields that need no condition. */
const FREE = new Set([
  'x-amz-signature',
  'signature',
  'awsaccesskeyid',
  'file',
  'policy',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
]);

/**
 * Holds a form against its policy.
 * @returns the sizes the file may have
 * @throws AwsError AccessDenied
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, FormField>,
  bucket: string,
  nowMs: number,
): SizeRange {
  if (nowMs > policy.expiresMs) throw denied('Policy expired.');
  const covered = new Set<string>();
  let range: SizeRange = { minimum: 0, maximum: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    const [operation, subject, operand] = condition;
    const failed = () => denied(`Policy Condition failed: ${show(condition)}`);
    if (String(operation).toLowerCase() === 'content-length-range') {
      const [minimum, maximum] = [sizeOf(subject), sizeOf(operand)];
      if (minimum === undefined || maximum === undefined) throw failed();
      range = { minimum: Math.max(range.minimum, minimum), maximum: Math.min(range.maximum, maximum) };
      continue;
    }
    if (typeof subject !== 'string' || !subject.startsWith('$') || typeof operand !== 'string')
      throw failed();
    const name = subject.slice(1).toLowerCase();
    covered.add(name);
    const actual = name === 'bucket' ? bucket : fields.get(name)?.value;
    if (actual === undefined || !holds(String(operation).toLowerCase(), name, actual, operand))
      throw failed();
  }
  for (const [name, field] of fields) {
    if (covered.has(name) || FREE.has(name) || name.startsWith('x-ignore-')) continue;
    // The SDK for JavaScript sends the bucket along, which the URL names already.
    if (name === 'bucket' && field.value === bucket) continue;
    throw denied(`Extra input fields: ${field.name}`);
  }
  return range;
}

function holds(operation: string, name: string, actual: string, operand: string): boolean {
  if (operation === 'eq') return actual === operand;
  // A list of content types is held item by item.
  const items = name === 'content-type' ? actual.split(',') : [actual];
  return items.every((item) => item.startsWith(operand));
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const size = Number(value);
  return Number.isInteger(size) && size >= 0 ? size : undefined;
}

/** As S3 shows a condition: JSON with a space after each comma. */
const show = (condition: Condition): string =>
  `[${condition.map((item) => JSON.stringify(item)).join(', ')}]`;

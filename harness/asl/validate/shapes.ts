/** Fields each kind of object may have and must have, and what their values look like, as AWS measures them. */
import { isJsonNumber, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { Report } from './report.ts';

const FLOW = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath', 'Output', 'Assign'];
const END = ['Next', 'End'];
const ATTEMPT = ['ResultPath', 'ResultSelector', 'Retry', 'Catch'];

/** Measured with ValidateStateMachineDefinition for every type and field. */
export const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [
    ...FLOW,
    ...END,
    ...ATTEMPT,
    'Resource',
    'Parameters',
    'Arguments',
    'Credentials',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Wait: [...FLOW, ...END, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Pass: [...FLOW, ...END, 'Result', 'ResultPath', 'Parameters'],
  Succeed: ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath', 'Output'],
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  Choice: [...FLOW, 'Choices', 'Default'],
  Parallel: [...FLOW, ...END, ...ATTEMPT, 'Branches', 'Parameters', 'Arguments'],
  Map: [
    ...FLOW,
    ...END,
    ...ATTEMPT,
    'Parameters',
    'ItemProcessor',
    'Iterator',
    'ItemsPath',
    'Items',
    'ItemSelector',
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ToleratedFailureCount',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentage',
    'ToleratedFailurePercentagePath',
    'Label',
  ],
};

export const JSONPATH_ONLY: readonly string[] = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'SecondsPath',
  'TimestampPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'ErrorPath',
  'CausePath',
];

export const JSONATA_ONLY: readonly string[] = ['Arguments', 'Output', 'Items'];

export type ValueType = 'String' | 'Integer' | 'Number' | 'Boolean' | 'Object' | 'Array';

/** True when `value` is of the type; else reports "Expected value of type ...". */
export function expectType(report: Report, value: unknown, type: ValueType, location: string): boolean {
  if (isOfType(value, type)) return true;
  report.schema(`Expected value of type ${type}`, location);
  return false;
}

function isOfType(value: unknown, type: ValueType): boolean {
  switch (type) {
    case 'String':
      return typeof value === 'string';
    case 'Integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'Number':
      return isJsonNumber(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Object':
      return isJsonObject(value);
    case 'Array':
      return Array.isArray(value);
  }
}

/** Reports every member that is not in `allowed`, at the object itself as AWS does. */
export function expectOnly(
  report: Report,
  object: JsonObject,
  allowed: readonly string[],
  location: string,
): void {
  for (const field of Object.keys(object)) {
    if (!allowed.includes(field)) report.schema(`Field '${field}' is not supported`, location);
  }
}

/** True when all members are there; else reports "These fields are required: [...]". */
export function expectAll(
  report: Report,
  object: JsonObject,
  required: readonly string[],
  location: string,
): boolean {
  const missing = required.filter((field) => object[field] === undefined);
  if (missing.length === 0) return true;
  report.schema(`These fields are required: [${missing.join(', ')}]`, location);
  return false;
}

/** Reports when more than one of `fields` is there, or none although one must be. */
export function expectOneOf(
  report: Report,
  object: JsonObject,
  fields: readonly string[],
  location: string,
  optional = false,
): void {
  const count = fields.filter((field) => object[field] !== undefined).length;
  if (count > 1)
    report.schema(`There should only be one of the following fields: [${fields.join(', ')}]`, location);
  if (count === 0 && !optional) {
    report.schema(
      `This object should have only one of the following fields: [${fields.join(', ')}]`,
      location,
    );
  }
}

/** Reports a text that is not one of `values`. */
export function expectEnum(
  report: Report,
  value: Json | undefined,
  values: readonly string[],
  location: string,
): void {
  if (value === undefined || (typeof value === 'string' && values.includes(value))) return;
  report.schema(`Value should be one of the following: [${values.join(', ')}]`, location);
}

/** Reports a number out of range or of the wrong kind; expressions are left to the JSONata check. */
export function expectNumber(
  report: Report,
  object: JsonObject,
  field: string,
  rule: { min?: number; max?: number; integer?: boolean; jsonata?: boolean },
  location: string,
): void {
  const value = object[field];
  if (value === undefined || (rule.jsonata && isJsonataString(value))) return;
  const at = `${location}/${field}`;
  if (!expectType(report, value, rule.integer === false ? 'Number' : 'Integer', at)) return;
  if (rule.min !== undefined && (value as number) < rule.min)
    report.schema(`Minimum value is ${rule.min}`, at);
  if (rule.max !== undefined && (value as number) > rule.max)
    report.schema(`Maximum value is ${rule.max}`, at);
}

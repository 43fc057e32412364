/** Paths and payload templates of JSONPath states. */
import { isJsonObject, type Json, type JsonObject, memberName } from '../../core/json.ts';
import { IntrinsicSyntaxError, parseIntrinsicCall } from '../data/intrinsic-call.ts';
import { isReferencePath, type JsonPath, PathSyntaxError, parsePath } from '../data/jsonpath.ts';
import { isAssignable } from '../data/reference-path.ts';
import type { Report } from './report.ts';

/** What a path field may hold. */
export type PathKind =
  /** Any path. */
  | 'path'
  /** One value: properties and indices only. */
  | 'reference'
  /** As `reference`, within the input; `null` allowed. */
  | 'result'
  /** A path, or an intrinsic function that gives a text. */
  | 'text';

/** Functions allowed in ErrorPath and CausePath. */
const TEXT_FUNCTIONS = [
  'States.ArrayGetItem',
  'States.Base64Decode',
  'States.Base64Encode',
  'States.Format',
  'States.Hash',
  'States.JsonToString',
  'States.UUID',
];

export function checkPath(
  report: Report,
  object: JsonObject,
  field: string,
  kind: PathKind,
  location: string,
): void {
  const value = object[field];
  const nullable = kind === 'result' || field === 'InputPath' || field === 'OutputPath';
  if (value === undefined || (value === null && nullable)) return;
  const at = `${location}/${field}`;
  if (typeof value !== 'string') {
    report.schema('Expected value of type String', at);
    return;
  }
  if (kind === 'text' && !value.startsWith('$')) {
    if (!TEXT_FUNCTIONS.includes(intrinsicName(value) ?? '')) {
      report.schema('Value must be a valid JSONPath or a valid intrinsic function call', at);
    }
    return;
  }
  const path = tryPath(value);
  if (!path) report.schema('Value must be a valid JSONPath.', at);
  else if (kind === 'reference' && !isReferencePath(path)) report.schema('Value is not a Reference Path', at);
  else if (kind === 'result' && !isAssignable(path)) report.schema('Value is not a Reference Path', at);
}

/** A path of a Choice rule. */
export function checkReferencePath(report: Report, value: Json | undefined, location: string): void {
  if (typeof value !== 'string') {
    report.schema('Expected value of type String', location);
  } else if (!value.startsWith('$')) {
    report.schema("Value is not a Reference Path: Reference path didn't start with '$'", location);
  } else if (!tryPath(value)) {
    report.schema('Value must be a valid JSONPath.', location);
  }
}

/** Every `name.$` of a template must be a path or the call of an intrinsic function. */
export function checkTemplate(report: Report, template: Json | undefined, location: string): void {
  if (Array.isArray(template)) {
    for (const [i, item] of template.entries()) checkTemplate(report, item, `${location}[${i}]`);
    return;
  }
  if (!isJsonObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    const name = memberName(key);
    if (!name.endsWith('.$')) {
      checkTemplate(report, value, `${location}/${name}`);
    } else if (typeof value !== 'string' || !(tryPath(value) ?? intrinsicName(value))) {
      report.schema(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        location,
      );
    }
  }
}

function tryPath(text: string): JsonPath | undefined {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof PathSyntaxError) return undefined;
    throw error;
  }
}

function intrinsicName(text: string): string | undefined {
  try {
    return parseIntrinsicCall(text).name;
  } catch (error) {
    if (error instanceof IntrinsicSyntaxError) return undefined;
    throw error;
  }
}

/**
 * Text of a definition to its value. Numbers and member names that the language itself reads (TimeoutSeconds, names of
 * states) become plain ones; payload templates and literals keep what their text says.
 */
import {
  isJsonObject,
  type Json,
  JsonNumber,
  type JsonObject,
  memberName,
  setMember,
} from '../../core/json.ts';
import { JsonSyntaxError, parseNoting } from '../../core/json-parse.ts';
import { findDepthFault, type JsonFault, sourceLocation } from '../../core/json-syntax.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Fields whose values are data that a state hands on. */
const PAYLOADS: ReadonlySet<string> = new Set([
  'Arguments',
  'Assign',
  'BatchInput',
  'ItemSelector',
  'Items',
  'Output',
  'Parameters',
  'Result',
  'ResultSelector',
]);

export type ParsedDefinition = { value: Json } | { fault: Diagnostic };

/** Never throws. */
export function parseDefinition(text: string): ParsedDefinition {
  const tooDeep = findDepthFault(text);
  if (tooDeep) return { fault: diagnosticOf(text, tooDeep) };
  try {
    const { value, exact } = parseNoting(text);
    return { value: exact ? readable(value) : value };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { fault: diagnosticOf(text, error.fault) };
  }
}

function diagnosticOf(text: string, { message, offset }: JsonFault): Diagnostic {
  const location = sourceLocation(text, offset);
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${message}\n at ${location}`,
    location,
  };
}

/** Plain values everywhere but in payloads. The names under `States` are no fields. */
function readable(value: Json, inStates = false): Json {
  if (Array.isArray(value)) return value.map((item) => readable(item));
  if (!isJsonObject(value)) return value instanceof JsonNumber && !isLarge(value) ? value.value : value;
  const object: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const keeps = !inStates && PAYLOADS.has(key);
    setMember(object, memberName(key), keeps ? member : readable(member, !inStates && key === 'States'));
  }
  return object;
}

/** An integer that a double cannot hold, e.g. the operand of NumericEquals. */
function isLarge(number: JsonNumber): boolean {
  return number.isInteger && !Number.isSafeInteger(number.value);
}

/**
 * Numeric fields in their three forms: the number itself, `NamePath` (JSONPath) or an expression (JSONata), with
 * AWS's error texts for what is no number or out of range.
 */

import { type Json, numberOf } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { isJsonataString } from '../data/jsonata.ts';
import { findRequired } from '../data/jsonpath.ts';
import { AslFailure, type Evaluator } from '../data/scope.ts';
import type { FieldCompiler } from './fields.ts';

interface NumberRule {
  min: number;
  max: number;
  integer: boolean;
  /** A number below the range is told later, by what it is meant for. */
  lateMinimum?: boolean;
}

const NUMBER_RULES = {
  TimeoutSeconds: { min: 1, max: 99_999_999, integer: true },
  HeartbeatSeconds: { min: 1, max: 99_999_999, integer: true },
  MaxConcurrency: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
  ToleratedFailureCount: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
  ToleratedFailurePercentage: { min: 0, max: 100, integer: false },
  // More than 100,000,000 only means that reading stops there, and a negative number fails the Map Run (recorded
  // cases test_map_item_reader_csv_max_items_paths).
  MaxItems: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true, lateMinimum: true },
  MaxItemsPerBatch: { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true },
  MaxInputBytesPerBatch: { min: 1, max: 262_144, integer: true },
} as const satisfies Record<string, NumberRule>;

export type NumberField = keyof typeof NUMBER_RULES;

type Holder = { readonly [member: string]: unknown };

/** The evaluator of `holder[field]` or `holder[fieldPath]`; `undefined` when neither stands there. */
export function compileNumber(
  fields: FieldCompiler,
  holder: object,
  field: NumberField,
  prefix = '',
): Evaluator<number> | undefined {
  const literal = (holder as Holder)[field] as number | string | undefined;
  const pathText = (holder as Holder)[`${field}Path`] as string | undefined;
  const rule = NUMBER_RULES[field];
  if (typeof pathText === 'string') return fromPath(fields, field, pathText, rule);
  if (typeof literal === 'number') return () => literal;
  if (isJsonataString(literal)) return fromExpression(fields, prefix + field, field, literal, rule);
  return undefined;
}

function fromPath(
  fields: FieldCompiler,
  field: NumberField,
  text: string,
  rule: NumberRule,
): Evaluator<number> {
  const path = fields.parse(text);
  return (scope) => {
    const selected = findRequired(path, scope);
    const value = numberFrom(selected, rule);
    if (value === undefined) {
      const shown = typeof selected === 'string' ? selected : printJson(selected);
      const kind = rule.integer ? 'a valid integer' : 'a valid float';
      throw new AslFailure(
        'States.Runtime',
        `The ${field}Path field refers to value "${shown}" which is not ${kind}: ${text}`,
      );
    }
    if (!isWithin(value, rule)) throw new AslFailure('States.Runtime', rangeText(field, rule));
    return value;
  };
}

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** A number, or the number that a text spells (recorded cases test_reference_in_map_state). */
function numberFrom(selected: Json, rule: NumberRule): number | undefined {
  if (typeof selected === 'string') {
    return (rule.integer ? INTEGER : DECIMAL).test(selected) ? Number(selected) : undefined;
  }
  const value = numberOf(selected);
  return value !== undefined && rule.integer && !INTEGER.test(String(selected)) ? undefined : value;
}

function isWithin(value: number, rule: NumberRule): boolean {
  return (value >= rule.min || rule.lateMinimum === true) && value <= rule.max;
}

function fromExpression(
  fields: FieldCompiler,
  location: string,
  field: NumberField,
  text: string,
  rule: NumberRule,
): Evaluator<number> {
  const evaluate = fields.typed<number>(text, location, ['number']);
  return (scope) => {
    const value = numberOf(evaluate(scope)) ?? Number.NaN;
    if ((!rule.integer || Number.isInteger(value)) && isWithin(value, rule)) return value;
    throw new AslFailure('States.QueryEvaluationError', rangeText(field, rule), location);
  };
}

/** The texts for percentages and counts are recorded; the others follow their form. */
function rangeText(field: NumberField, rule: NumberRule): string {
  if (rule.max !== Number.MAX_SAFE_INTEGER) return `${field} must be between ${rule.min} and ${rule.max}.`;
  return rule.min === 0 ? `${field} cannot be negative.` : `${field} must be a positive integer.`;
}

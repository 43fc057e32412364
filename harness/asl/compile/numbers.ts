/**
 * Numeric fields in their three forms: the number itself, `NamePath` (JSONPath) or an expression (JSONata), with
 * AWS's error texts for what is no number or out of range.
 */
import type { Json } from '../../core/json.ts';
import { isJsonataString } from '../data/jsonata.ts';
import { findRequired } from '../data/jsonpath.ts';
import { AslFailure, type Evaluator } from '../data/scope.ts';
import type { FieldCompiler } from './fields.ts';

interface NumberRule {
  min: number;
  max: number;
  integer: boolean;
  /** A path may select digits as text. */
  digits?: boolean;
}

const NUMBER_RULES = {
  TimeoutSeconds: { min: 1, max: 99_999_999, integer: true },
  HeartbeatSeconds: { min: 1, max: 99_999_999, integer: true },
  MaxConcurrency: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
  ToleratedFailureCount: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
  ToleratedFailurePercentage: { min: 0, max: 100, integer: false },
  // A path may also select digits as text, and more than 100,000,000 only means that reading stops there (recorded
  // cases test_reference_in_map_state_max_items_path, test_map_item_reader_csv_max_items_paths).
  MaxItems: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true, digits: true },
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
    const digits = rule.digits && typeof selected === 'string' && /^\d+$/.test(selected);
    const value = digits ? Number(selected) : selected;
    if (!isNumberOf(value, rule)) {
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      const kind = rule.integer ? 'a valid integer' : 'a valid number';
      throw new AslFailure(
        'States.Runtime',
        `The ${field}Path field refers to value "${shown}" which is not ${kind}: ${text}`,
      );
    }
    if (value < rule.min || value > rule.max) throw new AslFailure('States.Runtime', rangeText(field, rule));
    return value;
  };
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
    const value = evaluate(scope);
    if (isNumberOf(value, rule) && value >= rule.min && value <= rule.max) return value;
    throw new AslFailure('States.QueryEvaluationError', rangeText(field, rule), location);
  };
}

function isNumberOf(value: Json, rule: NumberRule): value is number {
  return typeof value === 'number' && (!rule.integer || Number.isInteger(value));
}

/** "ToleratedFailurePercentage must be between 0 and 100." is recorded; the others follow its form. */
function rangeText(field: NumberField, rule: NumberRule): string {
  if (rule.max !== Number.MAX_SAFE_INTEGER) return `${field} must be between ${rule.min} and ${rule.max}.`;
  return rule.min === 0 ? `${field} must be a non-negative integer.` : `${field} must be a positive integer.`;
}

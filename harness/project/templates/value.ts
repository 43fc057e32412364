/** Values that intrinsic functions work on: JSON, and two that a template has beside it. */
import type { Json } from '../../core/json.ts';

/** `AWS::NoValue`: the field or list entry that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');
/** What cannot be told because of a mistake that is reported already. */
export const UNKNOWN = Symbol('unknown');

export type Value = Json | typeof NO_VALUE | typeof UNKNOWN;

/** A text as CloudFormation makes one of a scalar; undefined for lists and objects. */
export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

export const isGroup = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

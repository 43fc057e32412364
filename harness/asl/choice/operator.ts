/**
 * A comparison of a Choice rule. `value` is what Variable selects, `operand` the literal of the rule or what its
 * `...Path` form selects. A comparison never fails: a value of another type than the operator's is no match.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
import type { Json } from '../../core/json.ts';

export type ChoiceOperator = (value: Json, operand: Json) => boolean;

/** The five orderings every comparable type has, under its own names. */
const ORDERINGS = {
  Equals: (order: number) => order === 0,
  LessThan: (order: number) => order < 0,
  LessThanEquals: (order: number) => order <= 0,
  GreaterThan: (order: number) => order > 0,
  GreaterThanEquals: (order: number) => order >= 0,
} as const satisfies Record<string, (order: number) => boolean>;

/**
 * `prefix` + ordering for each ordering, over values that `read` accepts. `read` answers undefined for a value
 * that is not of the type.
 */
export function orderedOperators<T>(
  prefix: string,
  read: (value: Json) => T | undefined,
  compare: (left: T, right: T) => number = (left, right) => (left < right ? -1 : left > right ? 1 : 0),
): [string, ChoiceOperator][] {
  return Object.entries(ORDERINGS).map(([name, holds]) => [
    prefix + name,
    (value, operand) => {
      const left = read(value);
      const right = read(operand);
      if (left === undefined || right === undefined) return false;
      return holds(compare(left, right));
    },
  ]);
}

/**
 * Registry of the comparison operators of JSONPath Choice rules, by the name they have in a definition. Every
 * operator of a comparable type also exists as `NamePath`, which takes its operand from a path; `IsPresent`,
 * `And`, `Or` and `Not` work on paths and rules and are the compiler's.
 */
import { booleanEquals } from './boolean-equals.ts';
import { numericOperators } from './numeric.ts';
import type { ChoiceOperator } from './operator.ts';
import { stringOperators } from './string.ts';
import { stringMatches } from './string-matches.ts';
import { timestampOperators } from './timestamp.ts';
import { typeTests } from './type-tests.ts';

/** Operators with a literal operand; `takesPath` tells whether `NamePath` exists too. */
export const CHOICE_OPERATORS: ReadonlyMap<string, { compare: ChoiceOperator; takesPath: boolean }> = new Map(
  [
    ...entries([...stringOperators, ...numericOperators, ...timestampOperators], true),
    ...entries([['BooleanEquals', booleanEquals]], true),
    ...entries([['StringMatches', stringMatches], ...typeTests], false),
  ],
);

function entries(operators: [string, ChoiceOperator][], takesPath: boolean) {
  return operators.map(([name, compare]) => [name, { compare, takesPath }] as const);
}

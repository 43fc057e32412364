import { compareNumbers, isJsonNumber } from '../../core/json.ts';
import { orderedOperators } from './operator.ts';

/** NumericEquals, NumericLessThan, ...: integers are compared digit by digit, whatever their size. */
export const numericOperators = orderedOperators(
  'Numeric',
  (value) => (isJsonNumber(value) ? value : undefined),
  compareNumbers,
);

import { orderedOperators } from './operator.ts';

/** NumericEquals, NumericLessThan, ... */
export const numericOperators = orderedOperators('Numeric', (value) =>
  typeof value === 'number' ? value : undefined,
);

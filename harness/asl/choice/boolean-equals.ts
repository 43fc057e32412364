import type { ChoiceOperator } from './operator.ts';

export const booleanEquals: ChoiceOperator = (value, operand) =>
  typeof value === 'boolean' && value === operand;

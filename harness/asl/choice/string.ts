import { orderedOperators } from './operator.ts';

/** StringEquals, StringLessThan, ...: by UTF-16 code units, as Java compares. */
export const stringOperators = orderedOperators('String', (value) =>
  typeof value === 'string' ? value : undefined,
);

import { z } from 'zod';
import type { CoverageKind } from '../metrics/coverage.ts';
import { parseQuantity } from '../metrics/quantity.ts';

/** A share of the state machine: `100 %`, or the same as a number of percent. */
const share = z.union([z.number(), z.string()]).transform((value, context) => {
  const quantity = parseQuantity(value);
  const percent = quantity?.dimension === 'ratio' ? quantity.value * 100 : quantity?.value;
  const known = quantity?.dimension === 'ratio' || quantity?.unit === '';
  if (known && percent !== undefined && percent >= 0 && percent <= 100) return percent;
  context.addIssue({ code: 'custom', message: `"${value}" is no share from 0 % to 100 %` });
  return z.NEVER;
});

const KINDS = {
  states: share.optional().describe('least share of the states visited, in %'),
  transitions: share.optional().describe('of the transitions taken, in %'),
  choices: share.optional().describe('of the rules and defaults of Choice states taken, in %'),
  catchers: share.optional().describe('of the Catch entries taken, in %'),
  retriers: share.optional().describe('of the Retry entries taken, in %'),
} satisfies Record<CoverageKind, unknown>;

export const coverageSchema = z.strictObject(KINDS);
export type CoverageShares = z.output<typeof coverageSchema>;

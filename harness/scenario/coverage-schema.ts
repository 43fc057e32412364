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
  states: share.optional(),
  transitions: share.optional(),
  choices: share.optional(),
  catchers: share.optional(),
  retriers: share.optional(),
} satisfies Record<CoverageKind, unknown>;

export const coverageSchema = z.strictObject(KINDS);
export type CoverageShares = z.output<typeof coverageSchema>;

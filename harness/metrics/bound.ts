import { z } from 'zod';
import { dimensionOf, formatQuantity, parseQuantity, toBase, unitNames } from './quantity.ts';

const quantity = z
  .union([z.number(), z.string()])
  .superRefine((value, context) => {
    if (parseQuantity(value) === undefined) {
      context.addIssue({ code: 'custom', message: `"${value}" is not a number with a known unit` });
    }
  })
  .meta({
    id: 'quantity',
    description: `a number, with a unit where the figure has one: \`20 s\`, \`1 GB\`, \`0.01 USD\`, \`2 %\`. Units: ${unitNames.join(', ')}; 1 MB = 1,048,576 B, 1 Mbps = 1,000,000 bit/s`,
  });

/** Limits a number has to keep; all that are given must hold. */
export const boundSchema = z
  .strictObject({
    lt: quantity.optional().describe('less than'),
    lte: quantity.optional().describe('at most'),
    gt: quantity.optional().describe('more than'),
    gte: quantity.optional().describe('at least'),
    eq: quantity.optional().describe('equal to'),
    abs: z
      .strictObject({
        lt: quantity.optional().describe('less than'),
        lte: quantity.optional().describe('at most'),
      })
      .optional()
      .describe('limits on the absolute value'),
    soft: z.boolean().optional().describe('`true`: a breach is reported, but does not fail the run'),
  })
  .refine((bound) => Object.keys(bound).some((key) => key !== 'soft'), {
    message: 'a limit needs at least one of lt, lte, gt, gte, eq, abs',
  })
  .meta({ id: 'limit', description: 'limits that a number has to keep, all that are given' });
export type Bound = z.infer<typeof boundSchema>;

/** A plain number (equality) or limits. */
export const countBoundSchema = z
  .union([z.int().nonnegative(), boundSchema])
  .meta({ id: 'count', description: 'a whole number to equal, or limits on it' });

type Comparison = 'lt' | 'lte' | 'gt' | 'gte' | 'eq';
const COMPARISONS: readonly Comparison[] = ['lt', 'lte', 'gt', 'gte', 'eq'];
const SIGN: Record<Comparison, string> = { lt: '<', lte: '<=', gt: '>', gte: '>=', eq: '=' };

/**
 * Quantities of a bound that do not fit a metric in `unit`, as sentences; empty when all fit, and when the unit is
 * not known yet.
 */
export function unitMistakes(bound: Bound, unit: string | undefined): string[] {
  if (unit === undefined) return [];
  const wanted = dimensionOf(unit);
  return quantities(bound).flatMap((text) => {
    const parsed = parseQuantity(text);
    const fits = parsed && (parsed.dimension === wanted || (parsed.unit === '' && wanted === 'ratio'));
    if (fits) return [];
    const found =
      typeof text === 'number' || parsed?.unit === '' ? `${text} has no unit` : `"${text}" does not fit`;
    return [unit === '' ? `${found}: a plain number is needed` : `${found}: a value in ${unit} is needed`];
  });
}

function quantities(bound: Bound): (string | number)[] {
  const all = [...COMPARISONS.map((name) => bound[name]), bound.abs?.lt, bound.abs?.lte];
  return all.filter((value) => value !== undefined);
}

/** True when `value` (in `unit`) keeps every limit. NaN keeps none. */
export function keeps(bound: Bound, value: number, unit: string): boolean {
  const base = toBase(value, unit);
  const holds = (name: Comparison, limit: string | number | undefined, actual: number) => {
    if (limit === undefined) return true;
    const wanted = parseQuantity(limit)!.value;
    if (name === 'lt') return actual < wanted;
    if (name === 'lte') return actual <= wanted;
    if (name === 'gt') return actual > wanted;
    if (name === 'gte') return actual >= wanted;
    return actual === wanted;
  };
  return (
    COMPARISONS.every((name) => holds(name, bound[name], base)) &&
    holds('lt', bound.abs?.lt, Math.abs(base)) &&
    holds('lte', bound.abs?.lte, Math.abs(base))
  );
}

/** `>= 0 and < 20 s`. */
export function describeBound(bound: Bound, unit: string): string {
  const show = (value: string | number) => (typeof value === 'number' ? formatQuantity(value, unit) : value);
  const parts = COMPARISONS.flatMap((name) =>
    bound[name] === undefined ? [] : [`${SIGN[name]} ${show(bound[name])}`],
  );
  if (bound.abs?.lt !== undefined) parts.push(`absolute value < ${show(bound.abs.lt)}`);
  if (bound.abs?.lte !== undefined) parts.push(`absolute value <= ${show(bound.abs.lte)}`);
  return parts.join(' and ');
}

/** A plain number as a bound that asks for equality. */
export function asBound(value: number | Bound): Bound {
  return typeof value === 'number' ? { eq: value } : value;
}

import { z } from 'zod';
import type { MedianInterval } from '../metrics/bootstrap.ts';
import { parseQuantity } from '../metrics/quantity.ts';

const share = z.string().superRefine((text, context) => {
  const parsed = parseQuantity(text);
  if (parsed?.unit === '%' && parsed.value >= 0) return;
  context.addIssue({ code: 'custom', message: `"${text}" is no share such as "10 %"` });
});

/** How much more (`rise`) or less (`fall`) than a reference is borne. */
export const toleranceSchema = z
  .strictObject({
    rise: share.optional().describe('how much more is borne, in %, such as `10 %`'),
    fall: share.optional().describe('how much less is borne, in %'),
    soft: z.boolean().optional().describe('`true`: a breach is reported, but does not fail the run'),
  })
  .refine(({ rise, fall }) => rise !== undefined || fall !== undefined, {
    message: 'a comparison needs "rise" or "fall"',
  })
  .meta({ id: 'tolerance', description: 'how much more or less than a reference is borne' });
export type Tolerance = z.output<typeof toleranceSchema>;

/** True when even the end of the interval that is nearer to the reference lies beyond the tolerance. */
export function isBeyond({ rise, fall }: Tolerance, ratio: MedianInterval): boolean {
  return ratio.low > 1 + shareOf(rise) || ratio.high < 1 - shareOf(fall);
}

/** The ratios to a reference that are borne. */
export function borneRatios({ rise, fall }: Tolerance): { low?: number; high?: number } {
  return {
    ...(fall === undefined ? {} : { low: 1 - shareOf(fall) }),
    ...(rise === undefined ? {} : { high: 1 + shareOf(rise) }),
  };
}

/** Without a tolerance anything is borne. */
const shareOf = (text: string | undefined) =>
  text === undefined ? Number.POSITIVE_INFINITY : parseQuantity(text)!.value;

export function describeTolerance({ rise, fall }: Tolerance, reference: string): string {
  const parts = [
    rise === undefined ? '' : `at most ${rise} more`,
    fall === undefined ? '' : `at most ${fall} less`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')} than ${reference}`;
}

/** `98.1% to 104.2%`: where the ratio lies with 95 % confidence. */
export function describeInterval({ low, high }: MedianInterval): string {
  return `${percent(low)} to ${percent(high)}`;
}

const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`;

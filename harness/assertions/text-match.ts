import { z } from 'zod';
import { LinearRegExp } from '../core/linear-regexp.ts';

const regularExpression = z.string().superRefine((text, context) => {
  try {
    new RegExp(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** Conditions on a text; all that are given must hold. */
export const textConditions = {
  contains: z.string().optional().describe('a text that it contains'),
  matches: regularExpression.optional().describe('a regular expression (JavaScript) that it matches'),
};

/** A text to equal, or conditions on it. */
export const textMatchSchema = z
  .union([z.string(), z.strictObject(textConditions)])
  .meta({ id: 'text', description: 'a text to equal, or conditions on it' });
export type TextMatch = z.infer<typeof textMatchSchema>;

export function matchesText(expected: TextMatch, actual: string): boolean {
  if (typeof expected === 'string') return actual === expected;
  if (expected.contains !== undefined && !actual.includes(expected.contains)) return false;
  return expected.matches === undefined || new LinearRegExp(expected.matches).test(actual);
}

export function describeTextMatch(expected: TextMatch): string {
  if (typeof expected === 'string') return JSON.stringify(expected);
  const parts: string[] = [];
  if (expected.contains !== undefined) parts.push(`contains ${JSON.stringify(expected.contains)}`);
  if (expected.matches !== undefined) parts.push(`matches /${expected.matches}/`);
  return parts.join(' and ');
}

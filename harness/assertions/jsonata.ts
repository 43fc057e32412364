import jsonataLanguage from 'jsonata';
import { z } from 'zod';
import type { Evidence } from '../metrics/evidence.ts';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { show } from './show.ts';

/** JSONata; what cannot be parsed is refused with its place. */
export const jsonataExpression = z.string().superRefine((text, context) => {
  try {
    jsonataLanguage(text);
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    context.addIssue({ code: 'custom', message: `${message}${position ? ` (character ${position})` : ''}` });
  }
});

/**
 * JSONata expressions that must be true. They see `input`, `output`, `status`, `children`, `results`, `objects`, `dataset`,
 * `invocations` and `parameters`.
 */
export const jsonata = defineAssertion({
  name: 'jsonata',
  schema: z.array(z.strictObject({ name: z.string().min(1), that: jsonataExpression })),
  evaluate(expected, evidence) {
    const context = contextOf(evidence);
    return expected.map(({ name, that }, index) => {
      let actual: string;
      let holds = false;
      try {
        const value: unknown = jsonataLanguage(that).evaluate(context);
        holds = value === true;
        actual = show(value);
      } catch (error) {
        actual = `an error: ${(error as Error).message}`;
      }
      return {
        name,
        outcome: holds ? 'passed' : 'failed',
        expected: `${that} is true`,
        actual,
        path: [index, 'that'],
        evidence: evidenceFiles.record,
      };
    });
  },
});

function contextOf(evidence: Evidence): Record<string, unknown> {
  const { record } = evidence;
  const execution = executionOf(evidence);
  return {
    input: execution?.input,
    output: execution?.output,
    status: execution?.status,
    results: record.results,
    children: execution?.children,
    objects: record.objects,
    dataset: record.dataset,
    invocations: record.invocations,
    parameters: record.parameters,
  };
}

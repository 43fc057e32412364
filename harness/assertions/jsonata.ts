import { z } from 'zod';
import { bounded } from '../core/jsonata/bounds.ts';
import { describeJsonataError, parseExpression } from '../core/jsonata/library.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { show } from './show.ts';

/** JSONata; what cannot be parsed is refused with its place. */
export const jsonataExpression = z.string().superRefine((text, context) => {
  try {
    parseExpression(text);
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    context.addIssue({ code: 'custom', message: `${message}${position ? ` (character ${position})` : ''}` });
  }
});

/**
 * JSONata expressions that must be true. They see `input`, `output`, `status`, `executionName`, `children`, `objects`, `dataset`,
 * `invocations` and `parameters`, and the evidence that a pack reads, by name.
 */
export const jsonata = defineAssertion({
  name: 'jsonata',
  schema: z.array(
    z.strictObject({
      name: z.string().min(1).describe('what it shows, in a few words'),
      that: jsonataExpression.describe(
        'JSONata that must be true; it sees `input`, `output`, `status`, `executionName`, `children`, `objects`, `dataset`, `invocations` and `parameters`, and evidence of the pack',
      ),
    }),
  ),
  evaluate(expected, evidence) {
    const context = contextOf(evidence);
    return expected.map(({ name, that }, index) => {
      const untrue = whyUntrue(that, context);
      return {
        name,
        outcome: untrue === undefined ? 'passed' : 'failed',
        expected: `${that} is true`,
        actual: untrue ?? 'true',
        path: [index, 'that'],
        evidence: evidenceFiles.record,
      };
    });
  },
});

/**
 * The value of an expression, within the bounds of AWS's own evaluation (`core/jsonata/bounds.ts`).
 * @throws Error for one that fails or does not end
 */
export function evaluateJsonata(expression: string, value: unknown): unknown {
  try {
    return bounded(() => parseExpression(expression).evaluate(value, {}));
  } catch (error) {
    throw new Error(describeJsonataError(error), { cause: error });
  }
}

/** What an expression gives of a value instead of `true`; undefined when it is true. */
export function whyUntrue(expression: string, value: unknown): string | undefined {
  try {
    const outcome = evaluateJsonata(expression, value);
    return outcome === true ? undefined : show(outcome);
  } catch (error) {
    return `an error: ${(error as Error).message}`;
  }
}

function contextOf(evidence: Evidence): Record<string, unknown> {
  const { record } = evidence;
  const execution = executionOf(evidence);
  return {
    input: execution?.input,
    output: execution?.output,
    status: execution?.status,
    executionName: execution?.name,
    ...record.evidence,
    children: execution?.children,
    objects: record.objects,
    dataset: record.dataset,
    invocations: record.invocations,
    parameters: record.parameters,
  };
}

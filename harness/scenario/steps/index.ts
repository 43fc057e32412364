/** Registry of steps: each is one field of an entry of `steps`. */
import { z } from 'zod';
import type { Verdict } from '../../assertions/assertion.ts';
import { deleteObject } from './delete.ts';
import { execute, together } from './execute.ts';
import { put } from './put.ts';
import { redrive } from './redrive.ts';
import type { StepContext, StepKind } from './step.ts';

const steps = { put, delete: deleteObject, execute, together, redrive };
type Name = keyof typeof steps;
const names = Object.keys(steps) as Name[];

const stepSchema = z
  .strictObject({
    put: put.schema.optional().describe('puts an object'),
    delete: deleteObject.schema.optional().describe('deletes an object; none there is no error, as in S3'),
    execute: execute.schema.optional().describe('starts an execution and waits for its end'),
    together: together.schema.optional().describe('starts executions at once and waits until all have ended'),
    redrive: redrive.schema
      .optional()
      .describe('redrives the last execution from where it failed, and waits for its end'),
  })
  .refine((step) => names.filter((name) => step[name] !== undefined).length === 1, {
    message: `a step is exactly one of ${names.join(', ')}`,
  });

/** One execution is what a scenario does unless it says otherwise. */
export const stepsSchema = z
  .array(stepSchema)
  .min(1)
  .refine((list) => list.some((step) => step.execute ?? step.together), {
    message: 'the steps start no execution: one must be "execute" or "together"',
  })
  .prefault([{ execute: {} }])
  .describe('what is done, in order; each entry has one of these fields');
export type Steps = z.output<typeof stepsSchema>;

/** How many executions the steps carry out, redriven ones counted again. */
export function executionsOf(list: Steps): number {
  return list.reduce((sum, { execute: one, together: several, redrive: again }) => {
    const many = several === undefined ? 0 : Array.isArray(several) ? several.length : 2;
    return sum + (one === undefined ? 0 : 1) + many + (again === undefined ? 0 : 1);
  }, 0);
}

/** What the steps left for judgement. */
export interface StepsOutcome {
  /** Executions of the last step that ran any: `expect` is about these. */
  judged: string[];
  /** How earlier executions ended. */
  verdicts: Verdict[];
}

/** Carries out the steps in their order. */
export async function carryOutSteps(list: Steps, context: StepContext): Promise<StepsOutcome> {
  const endings: { index: number; name: Name; arn: string; expected: string; actual: string }[] = [];
  for (const [index, step] of list.entries()) {
    context.signal.throwIfAborted();
    const name = names.find((one) => step[one] !== undefined)!;
    const ended = await (steps[name] as StepKind).carryOut(step[name], context);
    endings.push(...ended.map((ending) => ({ index, name, ...ending })));
  }
  const last = endings.at(-1)!.index;
  return {
    judged: endings.filter(({ index }) => index === last).map(({ arn }) => arn),
    verdicts: endings
      .filter(({ index }) => index < last)
      .map(
        ({ index, name, expected, actual }): Verdict => ({
          name: `status after step ${index + 1}`,
          outcome: actual === expected ? 'passed' : 'failed',
          expected,
          actual,
          path: ['steps', index, name],
        }),
      ),
  };
}

/** Registry of steps: each is one field of an entry of `steps`. */
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { Verdict } from '../../assertions/assertion.ts';
import { deleteObject } from './delete.ts';
import { endOf, execute, together } from './execute.ts';
import { invoke } from './invoke.ts';
import { StepFailed } from './poll.ts';
import { put } from './put.ts';
import { redrive } from './redrive.ts';
import { sendTaskResult } from './send-task-result.ts';
import type { StepContext, StepEnding, StepKind } from './step.ts';
import { waitFor } from './wait-for.ts';

const kinds = { put, delete: deleteObject, execute, together, invoke, sendTaskResult, waitFor, redrive };
type Name = keyof typeof kinds;
const names = Object.keys(kinds) as Name[];

const fieldOf = <Schema extends z.ZodType>({ schema, description }: StepKind<Schema>) =>
  schema.optional().describe(description);

const stepSchema = z
  .strictObject({
    put: fieldOf(put),
    delete: fieldOf(deleteObject),
    execute: fieldOf(execute),
    together: fieldOf(together),
    invoke: fieldOf(invoke),
    sendTaskResult: fieldOf(sendTaskResult),
    waitFor: fieldOf(waitFor),
    redrive: fieldOf(redrive),
  })
  .refine((step) => names.filter((name) => step[name] !== undefined).length === 1, {
    message: `a step is exactly one of ${names.join(', ')}`,
  });

/** One execution is what a scenario does unless it says otherwise. */
export const stepsSchema = z
  .array(stepSchema)
  .min(1)
  .refine((list) => list.some((step) => step.execute ?? step.together ?? step.invoke ?? step.waitFor), {
    message:
      'the steps neither start an execution nor invoke a function: one must be "execute", "together", "invoke" or "waitFor"',
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
  /** Executions of the last step that waited for any: `expect` is about these. */
  judged: string[];
  /** How earlier executions ended, and what steps themselves expect. */
  verdicts: Verdict[];
}

type Ending = StepEnding & { index: number; name: Name };

/** Carries out the steps in their order; one that fails ends them, and what still runs is stopped. */
export async function carryOutSteps(list: Steps, context: StepContext): Promise<StepsOutcome> {
  const endings: Ending[] = [];
  const verdicts: Verdict[] = [];
  for (const [index, step] of list.entries()) {
    context.signal.throwIfAborted();
    const name = names.find((one) => step[one] !== undefined)!;
    try {
      const result = await (kinds[name] as unknown as StepKind).carryOut(step[name], context);
      endings.push(...(result.endings ?? []).map((ending) => ({ index, name, ...ending })));
      for (const verdict of result.verdicts ?? [])
        verdicts.push({ ...verdict, path: ['steps', index, name, ...verdict.path] });
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      verdicts.push({
        name: `step ${index + 1}, ${name}`,
        outcome: 'failed',
        expected: error.expected,
        actual: error.message,
        path: ['steps', index, name],
      });
      await stopRunning(context);
      break;
    }
  }
  endings.push(...(await waitForTheRest(list.length, context)));
  const last = endings.at(-1)?.index;
  return {
    judged: endings.filter(({ index }) => index === last).map(({ arn }) => arn),
    verdicts: [
      ...verdicts,
      ...endings
        .filter(({ index }) => index !== last)
        .map(
          ({ index, name, expected, actual }): Verdict => ({
            name: `status after step ${index + 1}`,
            outcome: actual === expected ? 'passed' : 'failed',
            expected,
            actual,
            path: ['steps', index, name],
          }),
        ),
    ],
  };
}

/** Executions that no step waited for are waited for in the end, and judged. */
function waitForTheRest(index: number, context: StepContext): Promise<Ending[]> {
  const running = context.executions.flatMap((execution, at) => (execution.ended ? [] : [{ execution, at }]));
  return Promise.all(
    running.map(async ({ execution, at }): Promise<Ending> => {
      const actual = await endOf(execution, at + 1, context);
      return { index, name: 'execute', arn: execution.arn, expected: 'SUCCEEDED', actual };
    }),
  );
}

async function stopRunning({ executions, clients }: StepContext): Promise<void> {
  for (const { arn, ended } of executions) {
    if (ended) continue;
    await clients.stepfunctions.send(
      new StopExecutionCommand({
        executionArn: arn,
        error: 'Cosmicai.StepFailed',
        cause: 'A step of the scenario failed while the execution ran.',
      }),
    );
  }
}

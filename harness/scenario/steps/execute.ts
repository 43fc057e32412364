import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { jsonValue } from '../../record/json-value.ts';
import { startExecution, untilEnded } from '../execute.ts';
import { withRealBuckets, withReplacements } from '../execution-input.ts';
import { defineStep, type StartedExecution, type StepContext, type StepResult } from './step.ts';

export const statusSchema = z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

const executionStepSchema = z
  .strictObject({
    stateMachine: z
      .string()
      .min(1)
      .optional()
      .describe("which of the project's state machines; that of `execution` when left out"),
    input: z
      .record(z.string(), jsonValue)
      .meta({ keys: 'FIELD' })
      .default({})
      .describe("fields of the scenario's input to replace for this execution; `null` removes one"),
    status: statusSchema
      .default('SUCCEEDED')
      .describe('how it must end where another step follows; the last execution is judged by `expect`'),
  })
  .meta({ id: 'execution', description: 'one execution' });
type ExecutionStep = z.output<typeof executionStepSchema>;

/** Starts an execution, and waits for its end unless told not to. */
export const execute = defineStep({
  description: 'starts an execution and waits for its end',
  schema: executionStepSchema.extend({
    wait: z
      .boolean()
      .default(true)
      .describe('`false`: the next steps go on while it runs; `waitFor` waits for its end'),
  }),
  async carryOut(step, context) {
    if (step.wait) return runTogether([step], context);
    await startAll([step], context);
    return {};
  },
});

/** Starts executions at once and waits until all have ended. */
export const together = defineStep({
  description: 'starts executions at once and waits until all have ended',
  schema: z.array(executionStepSchema).min(2),
  carryOut: runTogether,
});

/** The machine that a step means. @throws HarnessError for a project without any */
export function machineOf(context: StepContext, named: string | undefined): { name: string; arn: string } {
  const name = named ?? context.stateMachine;
  const arn = Object.hasOwn(context.stateMachineArns, name) ? context.stateMachineArns[name] : undefined;
  if (arn !== undefined) return { name, arn };
  throw new HarnessError('no-such-state-machine', `the project has no state machine "${name}" to execute`, {
    exitCode: ExitCode.inputWrong,
    remedy: `State machines: ${Object.keys(context.stateMachineArns).join(', ') || 'none'}.`,
  });
}

async function startAll(
  steps: readonly ExecutionStep[],
  context: StepContext,
): Promise<{ step: ExecutionStep; number: number; execution: StartedExecution }[]> {
  const first = context.executions.length;
  const started = steps.map(async (step, index) => {
    const number = first + index + 1;
    const input = withReplacements(context.input, withRealBuckets(step.input, context.buckets));
    const { name: stateMachine, arn: stateMachineArn } = machineOf(context, step.stateMachine);
    // An execution name has at most 80 characters; the run's id leaves room for a number.
    const name = number === 1 ? context.runId : `${context.runId}-${number}`;
    const arn = await startExecution({ ...context, stateMachineArn }, name, input);
    return { step, number, execution: { arn, stateMachine, input, ended: false } };
  });
  const all = await Promise.all(started);
  context.executions.push(...all.map(({ execution }) => execution));
  return all;
}

async function runTogether(steps: readonly ExecutionStep[], context: StepContext): Promise<StepResult> {
  const started = await startAll(steps, context);
  return {
    endings: await Promise.all(
      started.map(async ({ step, number, execution }) => ({
        arn: execution.arn,
        expected: step.status,
        actual: await endOf(execution, number, context),
      })),
    ),
  };
}

/** Waits for the end of an execution; `number` is its place among those of the run, counted from 1. */
export async function endOf(
  execution: StartedExecution,
  number: number,
  context: StepContext,
): Promise<string> {
  const status = await untilEnded(context, execution.arn, number);
  execution.ended = true;
  return status;
}

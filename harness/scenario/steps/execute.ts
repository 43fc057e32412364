import { z } from 'zod';
import { jsonValue } from '../../record/json-value.ts';
import { startExecution, untilEnded } from '../execute.ts';
import { withReplacements } from '../execution-input.ts';
import { defineStep, type StepContext, type StepEnding } from './step.ts';

const statuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

const executionStepSchema = z
  .strictObject({
    input: z
      .record(z.string(), jsonValue)
      .meta({ keys: 'FIELD' })
      .default({})
      .describe("fields of the scenario's input to replace for this execution; `null` removes one"),
    status: z
      .enum(statuses)
      .default('SUCCEEDED')
      .describe('how it must end where another step follows; the last execution is judged by `expect`'),
  })
  .meta({ id: 'execution', description: 'one execution' });
type ExecutionStep = z.output<typeof executionStepSchema>;

/** Starts an execution and waits for its end. */
export const execute = defineStep({
  schema: executionStepSchema,
  carryOut: (step, context) => runTogether([step], context),
});

/** Starts executions at once and waits until all have ended. */
export const together = defineStep({
  schema: z.array(executionStepSchema).min(2),
  carryOut: runTogether,
});

async function runTogether(steps: readonly ExecutionStep[], context: StepContext): Promise<StepEnding[]> {
  const first = context.executions.length;
  const started = steps.map((step, index) => {
    const number = first + index + 1;
    const input = withReplacements(context.input, step.input);
    // An execution name has at most 80 characters; the run's id leaves room for a number.
    const name = number === 1 ? context.runId : `${context.runId}-${number}`;
    return { step, input, number, arn: startExecution(context, name, input) };
  });
  const executions = await Promise.all(started.map(async (one) => ({ ...one, arn: await one.arn })));
  context.executions.push(...executions.map(({ arn, input }) => ({ arn, input })));
  return Promise.all(
    executions.map(async ({ arn, step, number }) => ({
      arn,
      expected: step.status,
      actual: await untilEnded(context, arn, number),
    })),
  );
}

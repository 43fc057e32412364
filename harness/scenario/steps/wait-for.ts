import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { isJsonObject, type Json } from '../../core/json.ts';
import { keyPattern, literalPrefix } from '../../record/key-pattern.ts';
import { endOf, machineOf, statusSchema } from './execute.ts';
import { poll } from './poll.ts';
import { bucketOf } from './put.ts';
import { defineStep, type StartedExecution, type StepContext } from './step.ts';

const waitForSchema = z
  .strictObject({
    execution: z
      .strictObject({
        stateMachine: z
          .string()
          .min(1)
          .optional()
          .describe(
            'the newest execution of this state machine, whoever started it; the last one that a step started when left out',
          ),
        status: statusSchema
          .default('SUCCEEDED')
          .describe('how it must end where another step follows; the last execution is judged by `expect`'),
      })
      .optional()
      .describe('the end of an execution'),
    object: z
      .strictObject({
        key: z.string().min(1).describe('its key, in which `*` stands for any text'),
        bucket: z
          .string()
          .min(1)
          .optional()
          .describe("its bucket; the project's only one, or the pack's, when left out"),
      })
      .optional()
      .describe('an object that is there'),
    timeoutSeconds: z
      .number()
      .positive()
      .optional()
      .describe('how long at most; the timeout of `execution` when left out'),
  })
  .refine(({ execution, object }) => (execution === undefined) !== (object === undefined), {
    message: 'waitFor needs one of "execution" and "object"',
  });

/** Waits for an object, or for the end of an execution that a step or anything else started. */
export const waitFor = defineStep({
  description: 'waits for an object, or for the end of an execution',
  schema: waitForSchema,
  async carryOut({ execution, object, timeoutSeconds = undefined }, outer) {
    const context = timeoutSeconds === undefined ? outer : { ...outer, timeoutSeconds };
    if (object) {
      await waitForObject(object, context);
      return {};
    }
    const found = await executionMeant(execution!.stateMachine, context);
    const actual = await endOf(found, context.executions.indexOf(found) + 1, context);
    return { endings: [{ arn: found.arn, expected: execution!.status, actual }] };
  },
});

async function waitForObject(
  { key, bucket }: { key: string; bucket?: string | undefined },
  context: StepContext,
): Promise<void> {
  const Bucket = bucketOf('waitFor', bucket, context.defaultBuckets.object, context);
  const pattern = keyPattern(key);
  const what = `the object s3://${bucket ?? Bucket}/${key}`;
  await poll({ ...context, what }, async () => {
    const pages = paginateListObjectsV2(
      { client: context.clients.s3 },
      { Bucket, Prefix: literalPrefix(key) },
    );
    for await (const { Contents = [] } of pages) {
      if (Contents.some(({ Key = '' }) => pattern.test(Key))) return true;
    }
    return undefined;
  });
}

/** The execution that is waited for; one that no step started becomes one of the run's. */
async function executionMeant(named: string | undefined, context: StepContext): Promise<StartedExecution> {
  const last = context.executions.findLast(({ ended }) => !ended);
  if (named === undefined && last) return last;
  const { name, arn } = machineOf(context, named);
  // With mocks an execution is started by a test case of the machine.
  const stateMachineArn = arn.split('#')[0]!;
  const what = `an execution of ${name}`;
  const executionArn = await poll({ ...context, what }, async () => {
    const known = new Set(context.executions.filter(({ ended }) => ended).map((one) => one.arn));
    const pages = paginateListExecutions({ client: context.clients.stepfunctions }, { stateMachineArn });
    for await (const { executions = [] } of pages) {
      // The newest come first; those of earlier runs, on a backend that is kept, are none of this one's.
      const found = executions.find(
        (one) => !known.has(one.executionArn!) && one.startDate!.getTime() >= context.startedAtMs,
      );
      return found?.executionArn;
    }
    return undefined;
  });
  const started = context.executions.find((one) => one.arn === executionArn);
  if (started) return started;
  const { input } = await context.clients.stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
  const value = JSON.parse(input ?? '{}') as Json;
  const execution = {
    arn: executionArn,
    stateMachine: name,
    input: isJsonObject(value) ? value : {},
    ended: false,
  };
  context.executions.push(execution);
  return execution;
}

import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { endOf } from './execute.ts';
import { defineStep } from './step.ts';

/** Redrives the last execution from where it failed, and waits for its end. */
export const redrive = defineStep({
  description: 'redrives the last execution from where it failed, and waits for its end',
  schema: z.strictObject({
    status: z
      .enum(['SUCCEEDED', 'FAILED'])
      .default('SUCCEEDED')
      .describe('how it must end where another step follows'),
  }),
  async carryOut({ status }, context) {
    const last = context.executions.at(-1);
    if (!last) {
      throw new HarnessError('nothing-to-redrive', 'The step "redrive" comes before any execution.', {
        exitCode: ExitCode.inputWrong,
        remedy: 'Put a step "execute: {status: FAILED}" before it.',
      });
    }
    await context.clients.stepfunctions.send(new RedriveExecutionCommand({ executionArn: last.arn }));
    const actual = await endOf(last, context.executions.length, context);
    return { endings: [{ arn: last.arn, expected: status, actual }] };
  },
});

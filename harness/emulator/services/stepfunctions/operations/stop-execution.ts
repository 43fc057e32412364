import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
export const stopExecution = statesOperation({
  name: 'StopExecution',
  read: (members) => ({
    executionArn: members.text('executionArn', LONG_ARN_RULES),
    error: members.optionalText('error', { max: 256 }),
    cause: members.optionalText('cause', { max: 32_768 }),
  }),
  handle(context, { executionArn, error, cause }) {
    const execution = context.executions.get(executionArn);
    context.engine.handleOf(execution)?.stop(error, cause);
    return { stopDate: seconds(execution.stoppedAtMs ?? context.env.clock.nowMs()) };
  },
});

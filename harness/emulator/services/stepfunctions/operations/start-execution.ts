import { startExecution as start } from '../driver/start-execution.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export const startExecution = statesOperation({
  name: 'StartExecution',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    name: members.optionalText('name', { min: 1 }),
    input: members.optionalText('input'),
    traceHeader: members.optionalText('traceHeader', { max: 256 }),
  }),
  handle(context, input) {
    const execution = start(context, input);
    return { executionArn: execution.arn, startDate: seconds(execution.startedAtMs) };
  },
});

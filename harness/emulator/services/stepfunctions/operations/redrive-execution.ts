import { AwsError } from '../../../../core/errors.ts';
import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { redriveStatus } from '../render/describe-execution.ts';
import { seconds } from '../render/seconds.ts';

const MAX_REDRIVES = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

const notRedrivable = (arn: string, why: string) =>
  new AwsError('ExecutionNotRedrivable', `Execution is not redrivable: '${arn}'. ${why}`);

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
export const redriveExecution = statesOperation({
  name: 'RedriveExecution',
  read: (members) => ({
    executionArn: members.text('executionArn', LONG_ARN_RULES),
    clientToken: members.optionalText('clientToken', { min: 1, max: 64 }),
  }),
  handle(context, { executionArn }) {
    const execution = context.executions.get(executionArn);
    const { redriveStatus: status, redriveStatusReason } = redriveStatus(execution);
    if (status !== 'REDRIVABLE')
      throw notRedrivable(executionArn, redriveStatusReason ?? 'It is redriven by its Map Run.');
    if (execution.redriveCount >= MAX_REDRIVES)
      throw new AwsError('ExecutionLimitExceeded', `An execution can be redriven ${MAX_REDRIVES} times.`);
    const { clock, limits } = context.env;
    const ageMs = clock.nowMs() - (execution.stoppedAtMs ?? execution.startedAtMs);
    if (ageMs > limits.sfnRedriveDays * DAY_MS)
      throw notRedrivable(executionArn, 'Execution has exceeded the redrivable period.');
    if (execution.history.length >= limits.sfnHistoryEvents - 1)
      throw notRedrivable(executionArn, 'Execution has reached the maximum number of history events.');
    const handle = context.engine.handleOf(execution);
    if (!handle) throw notRedrivable(executionArn, 'Its state is gone.');
    handle.redrive();
    return { redriveDate: seconds(execution.redrivenAtMs ?? clock.nowMs()) };
  },
});

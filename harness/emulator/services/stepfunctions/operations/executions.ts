import type {
  DescribeExecutionCommandInput,
  RedriveExecutionCommandInput,
  StartExecutionCommandInput,
  StartSyncExecutionCommandInput,
  StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { billingOf } from '../billing.ts';
import type { StepFunctionsContext } from '../context.ts';
import { prepareExecution, splitTestCase, startExecution as start } from '../driver/start-execution.ts';
import { stateMachineTypeNotSupported } from '../errors.ts';
import { statesCall } from '../operation.ts';
import { describedExecution, machineArnOf, redriveStatus } from '../render/describe-execution.ts';
import { seconds } from '../render/seconds.ts';
import { type Execution, isOpen } from '../store/execution.ts';

/** The machine, version or alias to start, without the test case that chooses mocks. */
const startedArn = (stateMachineArn: string | undefined): string | undefined =>
  stateMachineArn === undefined ? undefined : splitTestCase(stateMachineArn).arn;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export const startExecution = defineOperation<StepFunctionsContext, StartExecutionCommandInput>({
  name: 'StartExecution',
  permission: ({ stateMachineArn }) => [statesCall('StartExecution', startedArn(stateMachineArn))],
  handle(context, input) {
    const execution = start(context, input);
    return { executionArn: execution.arn, startDate: seconds(execution.startedAtMs) };
  },
});

/**
 * The SDKs put `sync-` before the host of this operation and of TestState; no such name resolves for an address, so
 * clients need `disableHostPrefix: true` (JavaScript) or `inject_host_prefix=False` (boto3's Config).
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
 */
export const startSyncExecution = defineOperation<StepFunctionsContext, StartSyncExecutionCommandInput>({
  name: 'StartSyncExecution',
  permission: ({ stateMachineArn }) => [statesCall('StartSyncExecution', startedArn(stateMachineArn))],
  async handle(context, input) {
    const handle = prepareExecution(context, { ...input, synchronous: true });
    if (handle.execution.type !== 'EXPRESS') throw stateMachineTypeNotSupported();
    const ended = new Promise<Execution>((resolve) => handle.onFinish(resolve));
    handle.start();
    return renderedSync(await ended, input.includedData !== 'METADATA_ONLY');
  },
});

function renderedSync(execution: Execution, withData: boolean): object {
  const stoppedAtMs = execution.stoppedAtMs ?? execution.startedAtMs;
  const output = execution.history.output;
  return {
    executionArn: execution.arn,
    stateMachineArn: machineArnOf(execution),
    name: execution.name,
    startDate: seconds(execution.startedAtMs),
    stopDate: seconds(stoppedAtMs),
    status: execution.status === 'ABORTED' ? 'FAILED' : execution.status,
    error: execution.error,
    cause: execution.cause,
    ...(withData ? { input: execution.history.input, inputDetails: { included: true } } : {}),
    ...(withData && output !== undefined ? { output } : {}),
    // Also where there is no output (recorded).
    ...(withData ? { outputDetails: { included: true } } : {}),
    traceHeader: execution.traceHeader,
    billingDetails: billingOf(execution, stoppedAtMs),
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
export const stopExecution = defineOperation<StepFunctionsContext, StopExecutionCommandInput>({
  name: 'StopExecution',
  permission: ({ executionArn }) => [statesCall('StopExecution', executionArn)],
  handle(context, { executionArn, error, cause }) {
    const execution = context.executions.get(executionArn);
    if (isOpen(execution)) context.engine.handleOf(execution)?.stop(error, cause, true);
    return { stopDate: seconds(execution.stoppedAtMs ?? context.env.clock.nowMs()) };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const describeExecution = defineOperation<StepFunctionsContext, DescribeExecutionCommandInput>({
  name: 'DescribeExecution',
  permission: ({ executionArn }) => [statesCall('DescribeExecution', executionArn)],
  handle: (context, { executionArn, includedData }) =>
    describedExecution(context.executions.getDescribable(executionArn), includedData !== 'METADATA_ONLY'),
});

const MAX_REDRIVES = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

const notRedrivable = (arn: string, why: string) =>
  new AwsError('ExecutionNotRedrivable', `Execution is not redrivable: '${arn}'. ${why}`);

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
export const redriveExecution = defineOperation<StepFunctionsContext, RedriveExecutionCommandInput>({
  name: 'RedriveExecution',
  permission: ({ executionArn }) => [statesCall('RedriveExecution', executionArn)],
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
    handle.redrive(true);
    return { redriveDate: seconds(execution.redrivenAtMs ?? clock.nowMs()) };
  },
});

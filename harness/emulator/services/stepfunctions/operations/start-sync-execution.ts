import { prepareExecution } from '../driver/start-execution.ts';
import { stateMachineTypeNotSupported } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { machineArnOf } from '../render/describe-execution.ts';
import { seconds } from '../render/seconds.ts';
import type { Execution } from '../store/execution.ts';

/**
 * The SDKs put `sync-` before the host of this operation and of TestState; no such name resolves for an address, so
 * clients need `disableHostPrefix: true` (JavaScript) or `inject_host_prefix=False` (boto3's Config).
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
 */
export const startSyncExecution = statesOperation({
  name: 'StartSyncExecution',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    name: members.optionalText('name', { min: 1 }),
    input: members.optionalText('input'),
    traceHeader: members.optionalText('traceHeader', { max: 256 }),
    includedData: members.optionalText('includedData', { values: ['ALL_DATA', 'METADATA_ONLY'] }),
  }),
  async handle(context, input) {
    const handle = prepareExecution(context, { ...input, synchronous: true });
    if (handle.execution.type !== 'EXPRESS') throw stateMachineTypeNotSupported();
    const ended = new Promise<Execution>((resolve) => handle.onFinish(resolve));
    handle.start();
    return rendered(await ended, input.includedData !== 'METADATA_ONLY');
  },
});

/** Express is billed in steps of 100 ms and 64 MB. */
const BILLED_STEP_MS = 100;
const BILLED_MEMORY_MB = 64;

function rendered(execution: Execution, withData: boolean): object {
  const stoppedAtMs = execution.stoppedAtMs ?? execution.startedAtMs;
  const durationMs = stoppedAtMs - execution.startedAtMs;
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
    billingDetails: {
      billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / BILLED_STEP_MS)) * BILLED_STEP_MS,
      billedMemoryUsedInMB: BILLED_MEMORY_MB,
    },
  };
}

/**
 * "Step Functions Execution Status Change" as EventBridge delivers it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
import type { Execution } from '../store/execution.ts';
import { machineArnOf, redriveStatus } from './describe-execution.ts';

/** Beyond this input or output are left out of the event. */
const MAX_DATA_BYTES = 248 * 1024;

/** The event's `detail`: like DescribeExecution's answer, with null for what is not there and dates in milliseconds. */
interface StatusChangeDetail {
  executionArn: string;
  stateMachineArn: string;
  stateMachineVersionArn: string | null;
  stateMachineAliasArn: string | null;
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  /** Milliseconds since the epoch. */
  startDate: number;
  stopDate: number | null;
  input: string | null;
  inputDetails: { included: boolean } | null;
  output: string | null;
  outputDetails: { included: boolean } | null;
  error: string | null;
  cause: string | null;
  redriveCount: number;
  redriveDate: number | null;
  redriveStatus: string;
  redriveStatusReason: string | null;
}

export interface StatusChangeEvent {
  version: '0';
  id: string;
  'detail-type': 'Step Functions Execution Status Change';
  source: 'aws.states';
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  /** The execution's ARN. */
  resources: string[];
  detail: StatusChangeDetail;
}

/** The event of the status the execution has now. */
export function statusChangeEvent(execution: Execution, id: string, atMs: number): StatusChangeEvent {
  const [, , , region = '', account = ''] = execution.arn.split(':');
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region,
    resources: [execution.arn],
    detail: detailOf(execution),
  };
}

function detailOf(execution: Execution): StatusChangeDetail {
  const { history } = execution;
  const output = history.output ?? null;
  const outputFits = output === null || escapedBytes(output) <= MAX_DATA_BYTES;
  const withOutput = outputFits && output !== null ? escapedBytes(output) : 0;
  const inputFits = escapedBytes(history.input) + withOutput <= MAX_DATA_BYTES;
  const redrive = redriveStatus(execution);
  return {
    executionArn: execution.arn,
    stateMachineArn: machineArnOf(execution),
    stateMachineVersionArn: execution.versionArn ?? null,
    stateMachineAliasArn: execution.aliasArn ?? null,
    name: execution.name,
    status: execution.status,
    startDate: execution.startedAtMs,
    stopDate: execution.stoppedAtMs ?? null,
    input: inputFits ? history.input : null,
    inputDetails: { included: inputFits },
    output: outputFits ? output : null,
    outputDetails: output === null ? null : { included: outputFits },
    error: execution.error ?? null,
    cause: execution.cause ?? null,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redrivenAtMs ?? null,
    redriveStatus: redrive.redriveStatus,
    redriveStatusReason: redrive.redriveStatusReason ?? null,
  };
}

/** Size of a text inside the event, where it stands with its quotes escaped. */
function escapedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

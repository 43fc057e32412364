/** DescribeExecution's answer; also what `.sync` integrations and result writers hand on. */
import type { Execution } from '../store/execution.ts';
import { seconds } from './seconds.ts';

export interface DescribedExecution {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: string;
  startDate: number;
  stopDate?: number;
  input?: string;
  inputDetails?: { included: boolean };
  output?: string;
  outputDetails?: { included: boolean };
  traceHeader?: string;
  mapRunArn?: string;
  error?: string;
  cause?: string;
  stateMachineVersionArn?: string;
  stateMachineAliasArn?: string;
  redriveCount: number;
  redriveDate?: number;
  redriveStatus: string;
  redriveStatusReason?: string;
}

/** `withData` false leaves out input, output, error and cause (METADATA_ONLY). */
export function describedExecution(execution: Execution, withData = true): DescribedExecution {
  const { mapRun, history, stoppedAtMs, traceHeader, error, cause, versionArn, aliasArn, redrivenAtMs } =
    execution;
  const output = withData ? history.output : undefined;
  return {
    executionArn: execution.arn,
    stateMachineArn: machineArnOf(execution),
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startedAtMs),
    ...(stoppedAtMs === undefined ? {} : { stopDate: seconds(stoppedAtMs) }),
    ...(withData ? { input: history.input, inputDetails: { included: true } } : {}),
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(mapRun === undefined ? {} : { mapRunArn: mapRun.arn }),
    ...(error === undefined || !withData ? {} : { error }),
    ...(cause === undefined || !withData ? {} : { cause }),
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
    redriveCount: execution.redriveCount,
    ...(redrivenAtMs === undefined ? {} : { redriveDate: seconds(redrivenAtMs) }),
    ...redriveStatus(execution),
  };
}

/** The machine's ARN; for children of a Map Run with its label. */
export function machineArnOf(execution: Execution): string {
  return execution.mapRun ? `${execution.machine.arn}/${execution.mapRun.label}` : execution.machine.arn;
}

/** Whether an execution may be redriven, and why not. */
export function redriveStatus(execution: Execution): { redriveStatus: string; redriveStatusReason?: string } {
  const { status, mapRun, type } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED')
    return {
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: `Execution is ${status} and cannot be redriven`,
    };
  if (mapRun)
    return type === 'EXPRESS'
      ? { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Express executions cannot be redriven' }
      : { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' };
  return { redriveStatus: 'REDRIVABLE' };
}

/**
 * Delivery of history events to CloudWatch Logs, by level. Ids are texts in log records, as AWS writes them
 * (recorded).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html,
 * https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
 */
import { createHash } from 'node:crypto';
import type { HistoryEvent, HistoryEventType } from '../../../asl/history.ts';
import type { Json } from '../../../core/json.ts';
import { printJson } from '../../../core/json-print.ts';
import type { StepFunctionsContext } from './context.ts';
import { logGroupName } from './log-group-name.ts';
import type { Execution } from './store/execution.ts';
import type { LogLevel } from './store/machine.ts';

const FATAL: ReadonlySet<HistoryEventType> = new Set<HistoryEventType>([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionTimedOut',
]);

const ERROR: ReadonlySet<HistoryEventType> = new Set<HistoryEventType>([
  ...FATAL,
  'ActivityFailed',
  'ActivityScheduleFailed',
  'ActivityTimedOut',
  'EvaluationFailed',
  'FailStateEntered',
  'LambdaFunctionFailed',
  'LambdaFunctionScheduleFailed',
  'LambdaFunctionStartFailed',
  'LambdaFunctionTimedOut',
  'MapIterationAborted',
  'MapIterationFailed',
  'MapRunAborted',
  'MapRunFailed',
  'MapStateAborted',
  'MapStateFailed',
  'ParallelStateAborted',
  'ParallelStateFailed',
  'TaskFailed',
  'TaskStartFailed',
  'TaskStateAborted',
  'TaskSubmitFailed',
  'TaskTimedOut',
  'WaitStateAborted',
]);

/** Members that hold a person's data; left out unless includeExecutionData is set. */
const DATA_MEMBERS: ReadonlySet<string> = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** True when an event of this type is delivered at this level. */
export function isLogged(level: LogLevel, type: HistoryEventType): boolean {
  if (level === 'ALL') return true;
  if (level === 'OFF') return false;
  return (level === 'ERROR' ? ERROR : FATAL).has(type);
}

/** Event details without the data members. */
export function withoutData(details: { [member: string]: Json }): { [member: string]: Json } {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !DATA_MEMBERS.has(name)));
}

/** Writes one event to the machine's log group, if its level says so. */
export function deliverLog(context: StepFunctionsContext, execution: Execution, event: HistoryEvent): void {
  const { logging } = execution.revision;
  const destination = logging.destinations?.[0];
  if (!destination || !isLogged(logging.level, event.type)) return;
  const details = event.details ?? {};
  const record = {
    id: String(event.id),
    type: event.type,
    details: logging.includeExecutionData ? details : withoutData(details),
    ...(execution.redrivenAtMs === undefined ? {} : { redrive_time: String(execution.redrivenAtMs) }),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.atMs),
    execution_arn: execution.arn,
    ...(execution.mapRun ? { map_run_arn: execution.mapRun.arn } : {}),
    redrive_count: String(execution.redriveCount),
  };
  const group = logGroupName(destination.cloudWatchLogsLogGroup.logGroupArn);
  context.neighbours.logs.append(group, streamName(execution), [
    { timestampMs: event.atMs, message: printJson(record) },
  ]);
}

/**
 * `states/MACHINE/2026-01-31-17-05/0a1b2c3d`: executions of a machine share a stream (recorded case
 * logs/test_logs). AWS begins another one now and then; here a machine keeps its first.
 */
function streamName({ machine }: Execution): string {
  const minute = new Date(machine.createdAtMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const id = createHash('sha256').update(`${machine.arn} ${machine.createdAtMs}`).digest('hex').slice(0, 8);
  return `states/${machine.name}/${minute}/${id}`;
}

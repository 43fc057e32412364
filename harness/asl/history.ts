/**
 * Execution history as AWS writes it (GetExecutionHistory).
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
import type { Json } from '../core/json.ts';

export type HistoryEventType =
  | 'ActivityFailed'
  | 'ActivityScheduled'
  | 'ActivityScheduleFailed'
  | 'ActivityStarted'
  | 'ActivitySucceeded'
  | 'ActivityTimedOut'
  | 'ChoiceStateEntered'
  | 'ChoiceStateExited'
  | 'EvaluationFailed'
  | 'ExecutionAborted'
  | 'ExecutionFailed'
  | 'ExecutionRedriven'
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionTimedOut'
  | 'FailStateEntered'
  | 'LambdaFunctionFailed'
  | 'LambdaFunctionScheduled'
  | 'LambdaFunctionScheduleFailed'
  | 'LambdaFunctionStarted'
  | 'LambdaFunctionStartFailed'
  | 'LambdaFunctionSucceeded'
  | 'LambdaFunctionTimedOut'
  | 'MapIterationAborted'
  | 'MapIterationFailed'
  | 'MapIterationStarted'
  | 'MapIterationSucceeded'
  | 'MapRunAborted'
  | 'MapRunFailed'
  | 'MapRunRedriven'
  | 'MapRunStarted'
  | 'MapRunSucceeded'
  | 'MapStateAborted'
  | 'MapStateEntered'
  | 'MapStateExited'
  | 'MapStateFailed'
  | 'MapStateStarted'
  | 'MapStateSucceeded'
  | 'ParallelStateAborted'
  | 'ParallelStateEntered'
  | 'ParallelStateExited'
  | 'ParallelStateFailed'
  | 'ParallelStateStarted'
  | 'ParallelStateSucceeded'
  | 'PassStateEntered'
  | 'PassStateExited'
  | 'SucceedStateEntered'
  | 'SucceedStateExited'
  | 'TaskFailed'
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskStartFailed'
  | 'TaskStateAborted'
  | 'TaskStateEntered'
  | 'TaskStateExited'
  | 'TaskSubmitFailed'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskTimedOut'
  | 'WaitStateAborted'
  | 'WaitStateEntered'
  | 'WaitStateExited';

/** One event. On the wire the details stand under `detailsKey` and `atMs` becomes `timestamp` in seconds. */
export interface HistoryEvent {
  /** From 1, gapless within one execution. */
  id: number;
  previousEventId: number;
  /** Milliseconds since the epoch. */
  atMs: number;
  type: HistoryEventType;
  /** The member of AWS's HistoryEvent that holds the details, e.g. `stateEnteredEventDetails`; absent where AWS sends none. */
  detailsKey?: string;
  /** Exactly AWS's members; `input`/`output`/`parameters`/`cause` are texts, as on the wire. */
  details?: { [member: string]: Json };
}

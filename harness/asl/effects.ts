/**
 * The second waist: interpreter to world. `step(program, state, event) -> effects`; one driver carries the
 * effects out and feeds events back. The interpreter never awaits, reads no clock, draws no randomness but from
 * the `Random` it was given, so the very same code runs on wall time, on virtual time, in TestState and in tests.
 *
 * Invariants: (1) every `invokeTask`, `startMapRun` and `setTimer` is answered by exactly one final event or is
 * cancelled by the interpreter; (2) events for an id that is finished or cancelled are ignored; (3) after
 * `finish` no effect follows.
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { HistoryEvent } from './history.ts';

/** What the interpreter asks of the world. */
export type Effect =
  | { kind: 'record'; event: HistoryEvent }
  | InvokeTask
  /** The task's outcome is not wanted any more (timeout, sibling failed, execution stopped). */
  | { kind: 'cancelTask'; taskId: number }
  | { kind: 'setTimer'; timerId: number; delayMs: number }
  | { kind: 'cancelTimer'; timerId: number }
  | StartMapRun
  | { kind: 'cancelMapRun'; mapId: number }
  /** The step used up its transition budget; feed `resume` when transitions are to be had again. */
  | { kind: 'yield'; transitions: number }
  | Finish;

export interface InvokeTask {
  kind: 'invokeTask';
  taskId: number;
  stateName: string;
  /** As written in the definition, e.g. `arn:aws:states:::lambda:invoke.waitForTaskToken` or a function ARN. */
  resource: string;
  /** The task's effective input: Parameters/Arguments applied. */
  parameters: Json;
  /** The text AWS would send verbatim where the value was never touched. */
  parametersText: string;
  /** Token of `$$.Task.Token`; always set, used by callbacks and activities. */
  taskToken: string;
  /** 0 for the first attempt. */
  retryCount: number;
  timeoutSeconds?: number;
  heartbeatSeconds?: number;
  /** RoleArn of the Credentials field, evaluated. */
  credentialsRoleArn?: string;
}

/** A Distributed Map begins: the driver reads the items, starts the children and writes the results. */
export interface StartMapRun {
  kind: 'startMapRun';
  mapId: number;
  stateName: string;
  /** Which Map state of the program, for `selectItems` and for the children's program. */
  label: string;
  retryCount: number;
  executionType: 'STANDARD' | 'EXPRESS';
  /** Items in hand, when there is no ItemReader. */
  items?: Json[];
  itemReader?: { resource: string; parameters: JsonObject; readerConfig: JsonObject };
  maxConcurrency: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
  itemBatcher?: { maxItemsPerBatch?: number; maxInputBytesPerBatch?: number; batchInput?: Json };
  resultWriter?: { resource?: string; parameters?: JsonObject; writerConfig?: JsonObject };
}

export interface Finish {
  kind: 'finish';
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Text of the output, set when SUCCEEDED. */
  output?: string;
  error?: string;
  cause?: string;
}

/** What the world tells the interpreter. `atMs` is the time of the step, milliseconds since the epoch. */
export type ExecutionEvent = { atMs: number } & (
  | { kind: 'start' }
  | { kind: 'resume' }
  | { kind: 'stop'; error?: string; cause?: string }
  | { kind: 'redrive'; redriveCount: number }
  | { kind: 'timer'; timerId: number }
  | { kind: 'taskStarted'; taskId: number; workerName?: string }
  | { kind: 'taskSubmitted'; taskId: number; output: string }
  | { kind: 'taskHeartbeat'; taskId: number }
  /** `outputText` is the result as the service answered it, verbatim. */
  | { kind: 'taskSucceeded'; taskId: number; outputText: string }
  /** `phase` tells whether scheduling, starting, submitting or the work itself failed. */
  | {
      kind: 'taskFailed';
      taskId: number;
      error: string;
      cause?: string;
      phase?: 'schedule' | 'start' | 'submit' | 'run' | 'timeout';
    }
  | { kind: 'mapRunStarted'; mapId: number; mapRunArn: string }
  | { kind: 'mapRunSucceeded'; mapId: number; output: Json }
  | { kind: 'mapRunFailed'; mapId: number; error: string; cause?: string }
);

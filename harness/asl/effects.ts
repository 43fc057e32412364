/**
 * The second waist: interpreter to world. `step(program, state, event) -> effects`; one driver carries the
 * effects out and feeds events back. The interpreter never awaits, reads no clock, draws no randomness but from
 * the `Random` it was given, so the very same code runs on wall time, on virtual time, in TestState and in tests.
 *
 * Invariants: (1) every `invokeTask`, `startMapRun`, `evaluate` and `setTimer` is answered by exactly one final event or is
 * cancelled by the interpreter; (2) events for an id that is finished or cancelled are ignored; (3) after
 * `finish` no effect follows (until a `redrive`); what is still open then has been cancelled before it.
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { EvaluationData } from './data/deferred.ts';
import type { Evaluated, JsonataField } from './data/scope.ts';
import type { HistoryEvent } from './history.ts';

/** What the interpreter asks of the world, in the order in which it came to pass. */
export type Effect =
  | { kind: 'record'; event: HistoryEvent }
  | InvokeTask
  /** The task's outcome is not wanted any more (timeout, sibling failed, execution stopped). */
  | { kind: 'cancelTask'; taskId: number }
  /** With `untilMs` it is the time of the wall clock that counts, not the interval: a Wait for a Timestamp. */
  | { kind: 'setTimer'; timerId: number; delayMs: number; untilMs?: number }
  | { kind: 'cancelTimer'; timerId: number }
  | StartMapRun
  | { kind: 'cancelMapRun'; mapId: number }
  | EvaluateField
  /** The step used up its transition budget; feed `resume` when transitions are to be had again. */
  | { kind: 'yield'; transitions: number }
  | Finish;

/**
 * A field's JSONata costs more than a step may: the driver calls `evaluateField`
 * (data/evaluate-field.ts) off the event loop and feeds its result as `evaluated`. Only asked of drivers that set `ExecutionInit.stepAllowance`.
 */
export interface EvaluateField {
  kind: 'evaluate';
  evaluationId: number;
  field: JsonataField;
  data: EvaluationData;
}

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
  /**
   * Token of `$$.Task.Token`, unique; '' for request-response tasks. Activities and `.waitForTaskToken` are answered
   * by it alone; a `.sync` task by its job or by the token, whichever comes first.
   */
  taskToken: string;
  /** Id of the TaskStateEntered event, for causes that name it. */
  enteredEventId: number;
  /** 0 for the first attempt. */
  retryCount: number;
  /** For information: the interpreter sets the timers itself and cancels the task when one fires. */
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
  /** Which Map state of the program (`Program.mapsByLabel`): its `processor` is the children's machine. */
  label: string;
  /** Id of the MapStateEntered event, for causes that name it. */
  enteredEventId: number;
  retryCount: number;
  /** The same mapId was started before and failed: only unsuccessful children run again. */
  redriven: boolean;
  executionType: 'STANDARD' | 'EXPRESS';
  /** Items in hand, when there is no ItemReader. */
  items?: Json[];
  /** The items are members `{Key, Value}` of an object. */
  keyed?: boolean;
  itemReader?: { resource: string; parameters: JsonObject; readerConfig: JsonObject };
  maxConcurrency: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
  itemBatcher?: { maxItemsPerBatch?: number; maxInputBytesPerBatch?: number; batchInput?: Json };
  /** What ItemSelector sees: the Map state's effective input, context object and variables. */
  selection: { input: Json; context: JsonObject; variables: JsonObject };
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
  /** StopExecution: ABORTED. A Map Run that fails its children does the same. */
  | { kind: 'stop'; error?: string; cause?: string }
  | { kind: 'redrive'; redriveCount: number }
  | { kind: 'timer'; timerId: number }
  /** Optional but for activities (a worker has polled): any later event of the task implies it. */
  | { kind: 'taskStarted'; taskId: number; workerName?: string }
  | { kind: 'taskSubmitted'; taskId: number; output: string }
  | { kind: 'taskHeartbeat'; taskId: number }
  /** `outputText` is the result as the service answered it, verbatim. */
  | { kind: 'taskSucceeded'; taskId: number; outputText: string }
  /**
   * `phase` (default `run`) tells whether scheduling, starting, submitting or the work itself failed. A task
   * whose parameters AWS refuses before scheduling it is not reported here but by `ExecutionInit.checkTask`.
   */
  | {
      kind: 'taskFailed';
      taskId: number;
      /** Absent where a worker gave none. */
      error?: string;
      cause?: string;
      phase?: 'schedule' | 'start' | 'submit' | 'run' | 'timeout';
      /** Neither Retry nor Catch is asked: the world could not do what AWS would have done. */
      terminal?: boolean;
    }
  /** First event of every Map Run, also of one that fails at once. With `redriveCount`: it was redriven. */
  | { kind: 'mapRunStarted'; mapId: number; mapRunArn: string; redriveCount?: number }
  | { kind: 'evaluated'; evaluationId: number; outcome: Evaluated }
  | { kind: 'mapRunSucceeded'; mapId: number; outputText: string }
  | { kind: 'mapRunFailed'; mapId: number; error: string; cause?: string }
);

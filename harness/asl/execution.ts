/**
 * The state of one execution: a tree of flows. A flow is one thread of control (the machine itself, a Parallel
 * branch, an iteration of an inline Map); it is in at most one state, and that state's run may own child flows.
 *
 * Owned by the caller, changed only by `step`. After a failure the tree is left as it was, so that a redrive can
 * go on from every state that was entered and not left.
 *
 * Invariants: (1) `open` holds exactly the tasks, timers and Map Runs that the world still owes an answer;
 * (2) event ids are gapless from 1; (3) a flow in `ready` is active, and has a run only while it is redriven.
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { Allowance } from '../core/jsonata/bounds.ts';
import type { AwsLimits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import type { Coverage } from './coverage.ts';
import { JsonText } from './data/json-text.ts';
import type { Evaluated, JsonataField } from './data/scope.ts';
import type { Effect } from './effects.ts';
import type { Failure } from './failure.ts';
import type { Inspection } from './inspection.ts';
import type { CompiledGroup, CompiledState, MachineType, Program } from './program.ts';
import { VariableScope } from './variables.ts';

/** What an execution is given at its birth and never changes. */
export interface ExecutionInit {
  executionArn: string;
  name: string;
  roleArn: string;
  stateMachineArn: string;
  stateMachineName: string;
  /** Text of the input as the caller sent it. */
  input: string;
  startTimeMs: number;
  /** Source of jitter, task tokens, States.UUID and the like; the execution's own. */
  random: Random;
  limits: AwsLimits;
  /** `program.type` unless given: the children of a Distributed Map have their own. */
  type?: MachineType;
  /** The caller waits for the end (StartSyncExecution, TestState): the context object shows no RedriveCount. */
  synchronous?: boolean;
  /** The ItemProcessor of a Distributed Map's child, or a single state under test; the whole machine unless given. */
  group?: CompiledGroup;
  /** States entered in one `step` before it yields; no bound unless given. */
  maxTransitionsPerStep?: number;
  /** How much JSONata one step may evaluate before it asks for `evaluate`; whatever it takes unless given. */
  stepAllowance?: Readonly<Allowance>;
  /** Stands for the whole context object, as TestState's `context`. */
  context?: JsonObject;
  /** Variables set before the first state, as TestState's `variables`. */
  variables?: JsonObject;
  /** Extra members of executionStartedEventDetails: version and alias ARNs. */
  startedDetails?: { stateMachineVersionArn?: string; stateMachineAliasArn?: string };
  /**
   * Reasons why AWS would not start a task with these parameters, e.g. "The field 'FunctionName' is required but
   * was missing"; empty when it would. Pure.
   */
  checkTask?: (resource: string, parameters: Json) => readonly string[];
  /** Tells whether an activity exists; all do unless given. */
  hasActivity?: (activityArn: string) => boolean;
  /** Counts states, transitions and branches taken; may be shared by executions. */
  coverage?: Coverage;
  /** Set by TestState: collects the stages of the data flow and holds mocks. */
  inspection?: Inspection;
}

type ExecutionStatus = 'NEW' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionState {
  readonly init: ExecutionInit;
  readonly type: MachineType;
  readonly region: string;
  readonly input: JsonText;
  readonly root: Flow;
  status: ExecutionStatus;
  /** Id of the last event; 0 before the first. */
  eventCount: number;
  /** States entered so far. */
  transitions: number;
  redriveCount: number;
  redriveTimeMs: number | undefined;
  /** Flows whose next state may be entered, first come first served; `readyHead` is the first not yet taken. */
  ready: Flow[];
  readyHead: number;
  lastOpenId: number;
  readonly open: Map<number, OpenWork>;
  machineTimerId: number | undefined;
  /** Never less than the bytes of all variables alive (data-flow.ts). */
  variableBytes: number;
}

/** One `step` at work. */
export interface Machine {
  readonly program: Program;
  readonly execution: ExecutionState;
  readonly effects: Effect[];
  readonly atMs: number;
  /** States that may still be entered in this step. */
  transitionsLeft: number;
  /** JSONata that may still be evaluated in this step. */
  readonly allowance: Allowance | undefined;
}

/** Something the world owes an answer for, by its id. */
export type OpenWork =
  | { kind: 'task'; run: StateRun }
  | { kind: 'mapRun'; run: StateRun }
  | { kind: 'evaluation'; run: StateRun; field: JsonataField }
  | { kind: 'timer'; run: StateRun; purpose: 'wait' | 'retry' | 'taskTimeout' | 'heartbeat' }
  | { kind: 'timer'; run?: never; purpose: 'machineTimeout' };

export interface Flow {
  readonly group: CompiledGroup;
  /** The Parallel or Map run this flow belongs to; undefined for the machine itself. */
  readonly parent: StateRun | undefined;
  /** Which branch or iteration. */
  readonly index: number;
  readonly variables: VariableScope;
  status: 'active' | 'done' | 'failed' | 'aborted';
  /** What the flow's next event points back to. */
  lastEventId: number;
  /** The last event beside the chain; one more beside it, and the execution's failure, point to it. */
  asideEventId: number;
  /** Next state to enter, with its raw input; the flow's output once it is done. */
  next: string;
  data: JsonText;
  /** The state entered and not left. */
  run: StateRun | undefined;
  /** Inside a Map iteration: `$$.Map.Item` of the nearest Map. */
  readonly mapItem: MapItem | undefined;
}

export interface MapItem {
  index: number;
  value: Json;
  /** Set when the Map iterates an object. */
  key?: string;
  /** `S3://bucket/key` of what was read; the state's own data unless given. */
  source?: string;
}

/** One stay in one state, retries included. */
export interface StateRun {
  readonly flow: Flow;
  readonly state: CompiledState;
  readonly input: JsonText;
  readonly enteredEventId: number;
  /** What the StateEntered event points back to. */
  readonly beforeEnteredEventId: number;
  readonly enteredAtMs: number;
  /** Input after InputPath; set when an attempt begins. */
  effective: Json;
  /** Attempts made again so far, in all and by retrier. */
  retryCount: number;
  retriesOf: number[] | undefined;
  /** Ids in `open` that belong to this run itself. */
  openIds: number[];
  task: TaskAttempt | undefined;
  container: ContainerAttempt | undefined;
  /** Fields evaluated elsewhere for the work at hand, and how that goes on once the next one is. */
  deferred: DeferredWork | undefined;
}

/** A piece of a state's work in the step that does it. */
export type Work = (machine: Machine) => Outcome;

interface DeferredWork {
  readonly evaluated: Map<JsonataField, Evaluated>;
  /** Absent while nothing is waited for. */
  goOn: Work | undefined;
}

export interface TaskAttempt {
  taskId: number;
  token: string;
  /** Milliseconds; the heartbeat timer is set anew at each beat. */
  heartbeatMs: number | undefined;
  heartbeatTimerId: number | undefined;
  started: boolean;
}

/** Children of a Parallel or inline Map attempt, or the Map Run of a distributed one. */
export interface ContainerAttempt {
  startedEventId: number;
  children: Flow[];
  /** Children done so far, and children at work. */
  doneCount: number;
  activeCount: number;
  /** Inline Map, redriven: children to start again, before those never started. */
  restarts: Flow[];
  /** Inline Map: items not started yet begin here; children exist for those before. */
  items: Json[];
  keys: string[] | undefined;
  maxConcurrency: number;
  failedCount: number;
  toleratedCount: number | undefined;
  toleratedPercentage: number | undefined;
  /** Distributed Map. */
  mapId: number | undefined;
}

/** A value for ExecutionState.root before the first step. */
function rootFlow(group: CompiledGroup, input: JsonText): Flow {
  return {
    group,
    parent: undefined,
    index: 0,
    variables: new VariableScope(),
    status: 'active',
    lastEventId: 0,
    asideEventId: 0,
    next: group.startAt,
    data: input,
    run: undefined,
    mapItem: undefined,
  };
}

/**
 * A new execution that has not begun; feed `start` to `step`. Throws SyntaxError when `init.input` is not JSON:
 * the API refuses such input before.
 */
export function createExecution(program: Program, init: ExecutionInit): ExecutionState {
  const input = JsonText.parse(init.input);
  const root = rootFlow(init.group ?? program.root, input);
  if (init.variables) root.variables.assign(init.variables);
  return {
    init,
    type: init.type ?? program.type,
    region: init.executionArn.split(':')[3] ?? '',
    input,
    root,
    status: 'NEW',
    eventCount: 0,
    transitions: 0,
    redriveCount: 0,
    redriveTimeMs: undefined,
    ready: [],
    readyHead: 0,
    lastOpenId: 0,
    open: new Map(),
    machineTimerId: undefined,
    variableBytes: root.variables.bytes,
  };
}

/** What a state's work came to; `settle` in step.ts acts on it. */
export type Outcome = typeof PENDING | Exit | Fail;

/** The state waits for the world or for its children. */
export const PENDING = { kind: 'pending' } as const;

export interface Exit {
  kind: 'exit';
  output: JsonText;
  /** Next state; absent when the flow ends here. */
  next: string | undefined;
  assigned: JsonObject | undefined;
}

interface Fail {
  kind: 'fail';
  failure: Failure;
}

/** What a simulation is given, what it gives, and what its parts share. */
import type { ExecutionEvent, Finish, InvokeTask, StartMapRun } from '../asl/effects.ts';
import type { ExecutionState } from '../asl/execution.ts';
import type { HistoryEvent } from '../asl/history.ts';
import type { MapRunEvent } from '../asl/map-run-events.ts';
import type { Program } from '../asl/program.ts';
import type { Json } from '../core/json.ts';
import type { AwsLimits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import type { EventQueue } from './event-queue.ts';
import type { LambdaFleet, MachineCores } from './lambda-fleet.ts';

/** What a task does in modelled time. */
interface ModelledTask {
  /** Time from its start to its result without waiting and without a cold start, ms. */
  durationMs: number;
  /** JSON text of its result. */
  outputText: string;
  /** A function's: it takes an environment, and `coldMs` more where that is new. */
  invocation?: { functionName: string; memorySizeMB: number; initMs: number; coldMs: number };
}

export interface SimulationInput {
  program: Program;
  /** JSON text. */
  input: string;
  limits: AwsLimits;
  random: Random;
  /** Cores of the machine that runs the functions; `Infinity` for AWS. */
  cores: number;
  /** `inMap`: the task belongs to a child of a Distributed Map. */
  task(task: InvokeTask, inMap: boolean, random: Random): ModelledTask;
  /** Inputs of the children of a Distributed Map of the machine, by the Map's label; its own items when absent. */
  children?: (label: string) => Json[] | undefined;
  /** In place of every Distributed Map's MaxConcurrency. */
  maxConcurrency?: number;
}

interface SimulatedInvocation {
  functionName: string;
  startMs: number;
  endMs: number;
  memorySizeMB: number;
  billedMs: number;
  cold: boolean;
}

export interface SimulatedRun {
  /** Times are of a model, never of a clock. */
  clock: 'modelled';
  status: Finish['status'];
  error?: string;
  cause?: string;
  durationMs: number;
  /** Of the execution itself, not of its children; times in ms since its start. */
  history: HistoryEvent[];
  invocations: SimulatedInvocation[];
  /** Children of Distributed Maps in the order of their starts. */
  children: { startMs: number; endMs: number; status: Finish['status'] }[];
  /** States entered by STANDARD executions, children included. */
  transitions: number;
  expressRequests: number;
  coldStarts: number;
  throttles: number;
  peakConcurrency: number;
}

type Untimed<E> = E extends unknown ? Omit<E, 'atMs'> : never;

export type ExecutionInput = Untimed<ExecutionEvent>;
export type MapRunInput = Untimed<MapRunEvent>;

export interface ExecutionListeners {
  record?(event: HistoryEvent): void;
  finished(finish: Finish): void;
}

/** A driver of one execution or of one Map Run. */
export interface Driver<Event> {
  feed(event: Event): void;
}

/** What the drivers of one simulation share. */
export interface SimulationContext {
  readonly given: SimulationInput;
  readonly queue: EventQueue;
  readonly fleet: LambdaFleet;
  readonly cores: MachineCores;
  readonly run: SimulatedRun;
  /** Milliseconds until the account's transition rate allows another step of a STANDARD execution. */
  transitionWaitMs(): number;
  chargeTransitions(count: number): void;
  /** A new execution: the machine's own, or with `child` one of that Map Run. */
  create(name: string, input: string, child?: StartMapRun): ExecutionState;
  execution(state: ExecutionState, listeners: ExecutionListeners, inMap: boolean): Driver<ExecutionInput>;
  mapRun(effect: StartMapRun, feedParent: (event: ExecutionInput) => void): Driver<MapRunInput>;
}

/** Prefix of the ARNs of simulated resources. */
export const SIMULATED_ARN = 'arn:aws:states:us-east-1:000000000000';

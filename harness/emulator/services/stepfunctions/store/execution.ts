/** Executions and Map Runs as the API shows them. */
import type { MapRunCounts } from '../../../../asl/map-run-events.ts';
import type { ExecutionHistory } from './execution-history.ts';
import type { MachineRevision, StateMachine } from './machine.ts';

type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** One execution. Inputs, outputs and events are its history's. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** Grows with every start; the order of lists. */
  readonly sequence: number;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly machine: StateMachine;
  readonly revision: MachineRevision;
  readonly versionArn?: string;
  readonly aliasArn?: string;
  readonly traceHeader?: string;
  /** Set for children of a Map Run. */
  readonly mapRun?: MapRun;
  /** Items a child was given; 1 unless batched. */
  readonly itemCount?: number;
  /** Started by StartSyncExecution. */
  readonly synchronous?: boolean;
  /** Test case of the mock configuration it runs under. */
  readonly testCase?: string;
  /** The task of another execution that started it: `SEQUENCE/TASK`. */
  readonly startedBy?: string;
  readonly startedAtMs: number;
  stoppedAtMs?: number;
  status: ExecutionStatus;
  error?: string;
  cause?: string;
  redriveCount: number;
  redrivenAtMs?: number;
  readonly history: ExecutionHistory;
  /** Records of it in the log. */
  recordCount: number;
  /** Map Runs it started, in order. */
  mapRuns?: MapRun[];
}

export interface MapRun {
  readonly arn: string;
  /** `Machine/Label` */
  readonly machineLabel: string;
  readonly label: string;
  readonly parent: Execution;
  readonly startedAtMs: number;
  stoppedAtMs?: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** 0 means no limit. */
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  redriveCount: number;
  redrivenAtMs?: number;
  /** Children by name, in order of start. */
  readonly children: Map<string, Execution>;
  counts(of: 'executions' | 'items'): MapRunCounts;
  /** UpdateMapRun: takes effect at once on what is not started yet. */
  update(limits: MapRunLimits): void;
}

export interface MapRunLimits {
  maxConcurrency?: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
}

export const isOpen = (execution: Execution): boolean =>
  execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE';

/** An execution, the children of its Map Runs, and theirs. */
export function* withChildren(execution: Execution): Generator<Execution, void> {
  yield execution;
  for (const { children } of execution.mapRuns ?? [])
    for (const child of children.values()) yield* withChildren(child);
}

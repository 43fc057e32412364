import type { Coverage } from '../../../asl/coverage.ts';
import type { CompiledGroup } from '../../../asl/program.ts';
import type { JsonObject } from '../../../core/json.ts';
import type {
  FunctionsPort,
  LogsPort,
  MetricsPort,
  ObjectsPort,
  PermissionsPort,
  RolesPort,
  ServiceEnvironment,
  SessionsPort,
} from '../ports.ts';
import type { ArnWriter } from './arn.ts';
import type { FieldEvaluator } from './driver/field-evaluator.ts';
import type { StatesMetrics } from './metrics/states-metrics.ts';
import type { Mocks } from './mocks/mocks.ts';
import type { TokenBucket } from './rate-limit.ts';
import type { StatusChangeEvent } from './render/status-change.ts';
import type { ActivityStore } from './store/activity-store.ts';
import type { Execution, MapRun } from './store/execution.ts';
import type { HistoryStore } from './store/execution-history.ts';
import type { ExecutionLog } from './store/execution-log.ts';
import type { ExecutionStore } from './store/execution-store.ts';
import type { MachineStore, Target } from './store/machine-store.ts';
import type { MapRunSlots } from './store/map-run-slots.ts';
import type { Retention } from './store/retention.ts';
import type { TaskTokens } from './store/task-tokens.ts';

/** What Step Functions asks of its neighbours. */
export interface StepFunctionsNeighbours {
  logs: LogsPort;
  objects: ObjectsPort;
  functions: FunctionsPort;
  roles: RolesPort;
  metrics?: MetricsPort;
  /** The policies of roles; without them everything is allowed. */
  permissions?: PermissionsPort & SessionsPort;
}

/** Everything an operation or an integration may use. */
/** A Task that the emulator could not run, in some execution. */
export interface UnservedTask {
  state: string;
  /** `dynamodb:putItem` */
  calls: string;
}

export interface StepFunctionsContext {
  readonly env: ServiceEnvironment;
  readonly neighbours: StepFunctionsNeighbours;
  readonly arns: ArnWriter;
  readonly machines: MachineStore;
  readonly executions: ExecutionStore;
  readonly retention: Retention;
  /** Where executions are kept; undefined where they end with the emulator. */
  readonly log: ExecutionLog | undefined;
  readonly histories: HistoryStore;
  readonly activities: ActivityStore;
  readonly tokens: TaskTokens;
  readonly mapRunSlots: MapRunSlots;
  /** Absent where CloudWatch is not served. */
  readonly metrics: StatesMetrics | undefined;
  readonly mocks: Mocks;
  /** Evaluates fields that cost too much for the event loop. */
  readonly fields: FieldEvaluator;
  readonly engine: EnginePort;
  /** Tasks that no integration could run: a sentence each says what, whatever became of the execution. */
  readonly unserved: Map<string, UnservedTask>;
  /** Coverage of each machine by ARN, over all its executions. */
  readonly coverage: Map<string, Coverage>;
  /** The account's StartExecution calls. */
  readonly startRate: TokenBucket;
  /** The account's state transitions. */
  readonly transitions: TokenBucket;
  /** Who calls: a client in wall time, or a machine of this very service, whose time is `env.clock`. */
  readonly caller: 'client' | 'machine';
  /** Runs one of this service's own operations, as a machine's aws-sdk:sfn task does: as the machine's role. */
  call(operation: string, input: JsonObject, roleArn: string): Promise<JsonObject>;
}

/** Starts, stops and follows executions. */
export interface EnginePort {
  /** A new execution of a machine; nothing happens before `start`. */
  create(request: StartRequest): ExecutionHandle;
  createChild(request: ChildRequest): ExecutionHandle;
  /** The handle of an execution that runs or may be redriven. */
  handleOf(execution: Execution): ExecutionHandle | undefined;
  /**
   * Calls `listener` at every change of a STANDARD execution's status, children of Map Runs included, as EventBridge
   * would tell it; EXPRESS executions emit nothing there. The result ends it.
   */
  onStatus(listener: StatusListener): () => void;
}

export interface ExecutionHandle {
  readonly execution: Execution;
  start(): void;
  /**
   * Ends it as ABORTED; harmless when it has ended. `isAnswered`: a client's request is acknowledged, so the event is
   * written first.
   */
  stop(error?: string, cause?: string, isAnswered?: boolean): void;
  /** Runs it again from where it failed. `isAnswered`: as for `stop`. */
  redrive(isAnswered?: boolean): void;
  /** Calls `listener` once, when the execution ends. */
  onFinish(listener: FinishListener): void;
}

export type StatusListener = (event: StatusChangeEvent) => void;

export type FinishListener = (execution: Execution) => void;

export interface StartRequest {
  target: Target;
  /** A random one unless given. */
  name?: string;
  /** JSON text. */
  input: string;
  traceHeader?: string;
  testCase?: string;
  synchronous?: boolean;
  startedBy?: string;
}

export interface ChildRequest {
  mapRun: MapRun;
  /** Which child of the Map Run it is, from 0, and the Map Run's id in its parent. */
  child: number;
  mapId: number;
  /** The Map's ItemProcessor. */
  group: CompiledGroup;
  type: 'STANDARD' | 'EXPRESS';
  /** JSON text. */
  input: string;
  itemCount: number;
  /** Variables of the parent that the child may read. */
  variables: JsonObject;
}

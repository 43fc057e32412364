/**
 * AWS Step Functions behind the listener: state machines, executions, Map Runs, activities. The composition root
 * of the service.
 */
import type { Coverage } from '../../../asl/coverage.ts';
import { type CoverageReport, coverageReport } from '../../../asl/coverage.ts';
import { wallClock } from '../../../core/clock.ts';
import { AwsError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { jsonCodec } from '../../http/codecs/json.ts';
import { type Adjustments, ServiceModel } from '../../http/model/service-model.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service } from '../../http/wire.ts';
import table from '../../models/stepfunctions.json' with { type: 'json' };
import { Tables } from '../../state/tables.ts';
import { createAccessControl } from '../access-control.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { ArnWriter } from './arn.ts';
import type {
  StatusListener,
  StepFunctionsContext,
  StepFunctionsNeighbours,
  UnservedTask,
} from './context.ts';
import { Engine } from './driver/engine.ts';
import { FieldEvaluator } from './driver/field-evaluator.ts';
import { KeptExecutions } from './driver/kept-executions.ts';
import { KeptRecords } from './driver/kept-records.ts';
import { accessDenied, validationError } from './errors.ts';
import { StatesMetrics } from './metrics/states-metrics.ts';
import { parseMockConfig } from './mocks/mock-config.ts';
import { Mocks } from './mocks/mocks.ts';
import { callInPlace } from './operation.ts';
import { operations } from './operations/index.ts';
import { TokenBucket } from './rate-limit.ts';
import { ActivityStore } from './store/activity-store.ts';
import { HistoryStore } from './store/execution-history.ts';
import { ExecutionLog } from './store/execution-log.ts';
import { ExecutionStore } from './store/execution-store.ts';
import { MachineStore } from './store/machine-store.ts';
import { MapRunSlots } from './store/map-run-slots.ts';
import { Retention } from './store/retention.ts';
import { TaskTokens } from './store/task-tokens.ts';

/** The service as the emulator and the embedded backend hold it. */
export interface StepFunctionsService extends Service {
  readonly name: 'stepfunctions';
  /**
   * Mocks from now on, in the format of Step Functions Local's MockConfigFile; undefined takes them away. A test
   * case is chosen by `stateMachineArn#testCase`. Throws HarnessError `mock-config`.
   */
  useMocks(config: Json | undefined): void;
  /**
   * Calls `listener` with EventBridge's event whenever a STANDARD execution, children of Map Runs included, starts,
   * is redriven or ends; a listener that throws is logged and harms nothing. The result ends it.
   */
  onStatus(listener: StatusListener): () => void;
  /** Tasks that no integration could run so far, each once. */
  unservedTasks(): UnservedTask[];
  /** What of a machine its executions have taken so far; undefined for a machine that does not exist. */
  coverage(stateMachineArn: string): CoverageReport | undefined;
  /** Every state machine there is. */
  stateMachineArns(): string[];
}

/** No request is larger; operations have limits of their own below it. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

const ADJUSTMENTS: Adjustments = {
  // Longer names are an InvalidName with a text of its own (recorded: test_sfn_api).
  Name: { max: null },
  // The chosen `--limits` decide how long definitions and payloads may be.
  Definition: { max: null },
  SensitiveData: { max: null },
  // In the order of AWS's text (recorded: test_sfn_api, ListExecutions with the status `succeeded`).
  ExecutionStatus: {
    enum: ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
  },
};

/** Wall time: virtual time must not run on before the emulator listens. */
const listening = wallClock({ unref: true });
const LISTENING_POLL_MS = 10;

/** Creates the service; state machines kept under `env.stateDir` are there again. */
export function createStepFunctionsService(
  env: ServiceEnvironment,
  neighbours: StepFunctionsNeighbours,
): StepFunctionsService {
  const { clock, limits } = env;
  const model = new ServiceModel(table, ADJUSTMENTS);
  const metrics = neighbours.metrics && new StatesMetrics(neighbours.metrics, () => clock.nowMs());
  const tables = new Tables(env.state);
  const records = new KeptRecords();
  const log = env.state.isKept
    ? new ExecutionLog(env.state, clock, (record) => records.take(record))
    : undefined;
  const engine = new Engine(() => context, env.random.fork('executions'));
  const context: StepFunctionsContext = {
    env,
    neighbours,
    arns: new ArnWriter(env.region, env.accountId),
    machines: new MachineStore(tables, env.warn),
    executions: new ExecutionStore(),
    retention: new Retention(limits),
    log,
    histories: new HistoryStore(env.stateDir),
    activities: new ActivityStore(tables),
    tokens: new TaskTokens(),
    mapRunSlots: new MapRunSlots(limits.sfnOpenMapRuns, (slots) => metrics?.mapRuns(slots)),
    metrics,
    fields: new FieldEvaluator(env.warn),
    mocks: new Mocks(),
    engine,
    unserved: new Map(),
    coverage: new Map<string, Coverage>(),
    startRate: new TokenBucket(clock, limits.sfnStartExecutionPerSecond, limits.sfnStartExecutionBucket),
    transitions: new TokenBucket(clock, limits.sfnTransitionsPerSecond, limits.sfnTransitionBucket),
    caller: 'client',
    async call(name, input, roleArn) {
      const operation = operations.find((candidate) => candidate.name === name);
      if (!operation) throw new AwsError('UnknownOperationException', `Operation ${name} is not served.`);
      return callInPlace(operation, input, { model, context: { ...context, caller: 'machine' }, roleArn });
    },
  };
  const kept = new KeptExecutions(context, engine, records);
  let isStopped = false;
  // What goes on calls back here: not before the emulator listens.
  const resume = (): void => {
    if (isStopped) return;
    if (env.endpoint() === '') void listening.after(LISTENING_POLL_MS, resume);
    else kept.resume();
  };
  if (log) void listening.after(0, resume);
  const { permissions } = neighbours;
  const service = createPipelineService({
    name: 'stepfunctions',
    model,
    codecs: [jsonCodec({ targetPrefix: 'AWSStepFunctions', version: '1.0', plainOutputs: true })],
    operations,
    context,
    access: createAccessControl(permissions && { sessions: permissions, permissions }, {
      kind: 'json',
      status: 400,
    }),
    errors: {
      validation: validationError,
      denied: accessDenied,
      internal: () => new AwsError('InternalFailure', 'An internal error has occurred.', 500),
    },
    maxBodyBytes: MAX_REQUEST_BYTES,
    log: env.warn,
    state: {
      get isSynced() {
        return log?.isDurable !== false && env.state.isSynced;
      },
      async synced() {
        log?.flush();
        await env.state.synced();
      },
      reportFailure: (error) => env.state.reportFailure(error),
    },
    stop: async () => {
      isStopped = true;
      engine.stop();
      await context.fields.stop();
      log?.close();
      context.histories.stop();
      await env.state.close();
    },
  });
  return {
    ...service,
    name: 'stepfunctions',
    useMocks: (config) => context.mocks.use(config === undefined ? undefined : parseMockConfig(config)),
    onStatus: (listener) => engine.onStatus(listener),
    unservedTasks: () => [...context.unserved.values()],
    stateMachineArns: () => [...context.machines.all()].map(({ arn }) => arn),
    coverage(stateMachineArn) {
      const machine = context.machines.find(stateMachineArn);
      const taken = context.coverage.get(stateMachineArn);
      return machine && coverageReport(machine.current.program, taken ?? { taken: new Map() });
    },
  };
}

/**
 * AWS Step Functions behind the listener: state machines, executions, Map Runs, activities. The composition root
 * of the service.
 */
import type { Coverage } from '../../../asl/coverage.ts';
import { type CoverageReport, coverageReport } from '../../../asl/coverage.ts';
import { AwsError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { CallGuard } from '../../http/call-guard.ts';
import { awsJsonService } from '../../http/protocols/aws-json.ts';
import type { Service } from '../../http/wire.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { accessDeniedException, roleGuard } from '../role-guard.ts';
import { ArnWriter } from './arn.ts';
import { statesCalls } from './authorization.ts';
import type { StatusListener, StepFunctionsContext, StepFunctionsNeighbours } from './context.ts';
import { Engine } from './driver/engine.ts';
import { parseMockConfig } from './mocks/mock-config.ts';
import { Mocks } from './mocks/mocks.ts';
import { operations } from './operations/index.ts';
import { TokenBucket } from './rate-limit.ts';
import { ActivityStore } from './store/activity-store.ts';
import { HistoryStore } from './store/execution-history.ts';
import { ExecutionStore } from './store/execution-store.ts';
import { MachineFiles } from './store/machine-files.ts';
import { MachineStore } from './store/machine-store.ts';
import { MapRunSlots } from './store/map-run-slots.ts';
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
  /** What of a machine its executions have taken so far; undefined for a machine that does not exist. */
  coverage(stateMachineArn: string): CoverageReport | undefined;
}

/** Creates the service; state machines kept under `env.stateDir` are there again. */
export function createStepFunctionsService(
  env: ServiceEnvironment,
  neighbours: StepFunctionsNeighbours,
): StepFunctionsService {
  const { clock, limits } = env;
  const engine = new Engine(() => context, env.random.fork('executions'));
  const context: StepFunctionsContext = {
    env,
    neighbours,
    arns: new ArnWriter(env.region, env.accountId),
    machines: new MachineStore(new MachineFiles(env.stateDir, env.warn)),
    executions: new ExecutionStore(),
    histories: new HistoryStore(env.stateDir),
    activities: new ActivityStore(),
    tokens: new TaskTokens(),
    mapRunSlots: new MapRunSlots(limits.sfnOpenMapRuns),
    mocks: new Mocks(),
    engine,
    coverage: new Map<string, Coverage>(),
    startRate: new TokenBucket(clock, limits.sfnStartExecutionPerSecond, limits.sfnStartExecutionBucket),
    transitions: new TokenBucket(clock, limits.sfnTransitionsPerSecond, limits.sfnTransitionBucket),
    caller: 'client',
    async call(name, input) {
      const operation = operations.find((candidate) => candidate.name === name);
      if (!operation) throw new AwsError('UnknownOperationException', `Operation ${name} is not served.`);
      return operation.call({ ...context, caller: 'machine' }, input);
    },
  };
  const service = awsJsonService({
    name: 'stepfunctions',
    targetPrefix: 'AWSStepFunctions',
    jsonVersion: '1.0',
    operations,
    context,
    ...guardOf(context),
    stop: async () => {
      engine.stop();
      context.histories.stop();
    },
  });
  return {
    ...service,
    name: 'stepfunctions',
    useMocks: (config) => context.mocks.use(config === undefined ? undefined : parseMockConfig(config)),
    onStatus: (listener) => engine.onStatus(listener),
    coverage(stateMachineArn) {
      const machine = context.machines.find(stateMachineArn);
      const taken = context.coverage.get(stateMachineArn);
      return machine && coverageReport(machine.current.program, taken ?? { taken: new Map() });
    },
  };
}

function guardOf({ arns, neighbours: { permissions } }: StepFunctionsContext): { guard?: CallGuard } {
  if (!permissions) return {};
  const guard = roleGuard(
    { sessions: permissions, permissions },
    {
      callsOf: (operation, { body }) => statesCalls(arns, operation, body),
      refused: accessDeniedException(400),
      readsBodyOf: () => true,
    },
  );
  return { guard };
}

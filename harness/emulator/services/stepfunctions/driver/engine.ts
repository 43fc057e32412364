/**
 * Starts executions and keeps the drivers of those that run or may be redriven.
 */
import { type Coverage, createCoverage } from '../../../../asl/coverage.ts';
import { createExecution } from '../../../../asl/execution.ts';
import type { CompiledGroup } from '../../../../asl/program.ts';
import { uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import type { Random } from '../../../../core/random.ts';
import type {
  ChildRequest,
  EnginePort,
  ExecutionHandle,
  StartRequest,
  StatusListener,
  StepFunctionsContext,
} from '../context.ts';
import { checkTask } from '../integrations/check-task.ts';
import { statusChangeEvent } from '../render/status-change.ts';
import { type Execution, isOpen } from '../store/execution.ts';
import { ExecutionDriver } from './execution-driver.ts';
import { STEP_ALLOWANCE } from './step-allowance.ts';

/** States an execution enters before the others get a turn. */
const TRANSITIONS_PER_TURN = 1_000;

export class Engine implements EnginePort {
  readonly #context: () => StepFunctionsContext;
  readonly #random: Random;
  /** Its own: listeners change nothing of what a seed gives. */
  readonly #eventIds: Random;
  /** Drivers of executions that run or may be redriven. */
  readonly #drivers = new Map<Execution, ExecutionDriver>();
  readonly #listeners = new Set<StatusListener>();

  constructor(context: () => StepFunctionsContext, random: Random) {
    this.#context = context;
    this.#random = random;
    this.#eventIds = random.fork('events');
  }

  create(request: StartRequest): ExecutionHandle {
    const context = this.#context();
    const { machine, revision, versionArn, aliasArn } = request.target;
    const name = request.name ?? uuid(this.#random);
    const arn =
      machine.type === 'EXPRESS'
        ? context.arns.express(machine.name, name, uuid(this.#random))
        : context.arns.execution(machine.name, name);
    const execution: Execution = {
      arn,
      name,
      sequence: context.executions.nextSequence(),
      type: machine.type,
      machine,
      revision,
      ...(versionArn === undefined ? {} : { versionArn }),
      ...(aliasArn === undefined ? {} : { aliasArn }),
      ...(request.traceHeader === undefined ? {} : { traceHeader: request.traceHeader }),
      ...(request.testCase === undefined ? {} : { testCase: request.testCase }),
      ...(request.synchronous ? { synchronous: true } : {}),
      startedAtMs: context.env.clock.nowMs(),
      status: 'RUNNING',
      redriveCount: 0,
      history: context.histories.open(request.input),
    };
    return this.#drive(execution, {});
  }

  /** A child of a Map Run. */
  createChild(request: ChildRequest): ExecutionHandle {
    const context = this.#context();
    const { mapRun, type, input, itemCount } = request;
    const { parent } = mapRun;
    const name = uuid(this.#random);
    const execution: Execution = {
      arn:
        type === 'EXPRESS'
          ? context.arns.express(mapRun.machineLabel, name, uuid(this.#random))
          : context.arns.execution(mapRun.machineLabel, name),
      name,
      sequence: context.executions.nextSequence(),
      type,
      machine: parent.machine,
      revision: parent.revision,
      mapRun,
      itemCount,
      ...(parent.testCase === undefined ? {} : { testCase: parent.testCase }),
      startedAtMs: context.env.clock.nowMs(),
      status: 'RUNNING',
      redriveCount: 0,
      history: context.histories.open(input),
    };
    return this.#drive(execution, { group: request.group, variables: request.variables });
  }

  handleOf(execution: Execution): ExecutionHandle | undefined {
    return this.#drivers.get(execution);
  }

  onStatus(listener: StatusListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed = (execution: Execution): void => {
    if (!isOpen(execution)) {
      // What failed and is STANDARD may be redriven: its state is kept for that.
      if (execution.status === 'SUCCEEDED' || execution.type === 'EXPRESS') this.#drivers.delete(execution);
    }
    const { env, metrics } = this.#context();
    metrics?.executionChanged(execution);
    if (this.#listeners.size === 0 || execution.type === 'EXPRESS') return;
    const event = statusChangeEvent(execution, uuid(this.#eventIds), env.clock.nowMs());
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        env.log(`a listener for status changes failed: ${String(error)}`);
      }
    }
  };

  /** Ends everything that runs; the emulator is going down. */
  stop(): void {
    for (const [execution, driver] of [...this.#drivers]) if (isOpen(execution)) driver.stop();
    this.#drivers.clear();
  }

  #drive(execution: Execution, own: { group?: CompiledGroup; variables?: JsonObject }): ExecutionHandle {
    const context = this.#context();
    const { machine, revision, mapRun, versionArn, aliasArn } = execution;
    const label = mapRun ? `/${mapRun.label}` : '';
    const state = createExecution(revision.program, {
      executionArn: execution.arn,
      name: execution.name,
      roleArn: revision.roleArn,
      stateMachineArn: `${machine.arn}${label}`,
      stateMachineName: `${machine.name}${label}`,
      input: execution.history.input,
      startTimeMs: execution.startedAtMs,
      random: this.#random.fork(execution.arn),
      limits: context.env.limits,
      type: execution.type,
      ...(execution.synchronous ? { synchronous: true } : {}),
      ...(own.group ? { group: own.group } : {}),
      maxTransitionsPerStep: TRANSITIONS_PER_TURN,
      stepAllowance: STEP_ALLOWANCE,
      ...(own.variables ? { variables: own.variables } : {}),
      startedDetails: {
        ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
        ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
      },
      checkTask,
      hasActivity: (activityArn) => context.activities.find(activityArn) !== undefined,
      coverage: this.#coverageOf(machine.arn),
    });
    const driver = new ExecutionDriver(context, execution, state, this.#changed);
    this.#drivers.set(execution, driver);
    return driver;
  }

  #coverageOf(machineArn: string): Coverage {
    const { coverage } = this.#context();
    let found = coverage.get(machineArn);
    if (!found) {
      found = createCoverage();
      coverage.set(machineArn, found);
    }
    return found;
  }
}

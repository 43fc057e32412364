/**
 * Starts executions and keeps the drivers of those that run or may be redriven.
 */
import { type Coverage, createCoverage } from '../../../../asl/coverage.ts';
import { createExecution } from '../../../../asl/execution.ts';
import type { CompiledGroup } from '../../../../asl/program.ts';
import { hexWords, uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import { type Random, seededRandom } from '../../../../core/random.ts';
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
import { type Execution, isOpen, withChildren } from '../store/execution.ts';
import type { SavedStart } from '../store/execution-log.ts';
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
  /** Those of an earlier process that have ended and may be redriven. */
  readonly #ended = new Set<Execution>();
  /** Of the executions that this process starts and keeps. */
  readonly #seed: string;
  readonly #listeners = new Set<StatusListener>();

  constructor(context: () => StepFunctionsContext, random: Random) {
    this.#context = context;
    this.#random = random;
    this.#eventIds = random.fork('events');
    this.#seed = hexWords(random.fork('kept'), 4);
  }

  /** An execution that a client starts. @throws the file system's error where its start cannot be kept */
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
      ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
      startedAtMs: context.env.clock.nowMs(),
      status: 'RUNNING',
      redriveCount: 0,
      history: context.histories.open(request.input),
      recordCount: 0,
    };
    const saved = this.#saved(execution);
    // A client's start is acknowledged, so it is written first; a machine's start is written with its next effect.
    if (saved && request.startedBy === undefined) context.log?.write(execution, { o: 'start', x: saved });
    else if (saved) context.log?.add(execution, { o: 'start', x: saved });
    return this.#begin(execution, saved);
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
      recordCount: 0,
    };
    const { group, variables, mapId, child } = request;
    const saved = this.#saved(execution, () => ({
      parent: parent.sequence,
      mapId,
      child,
      itemCount,
      ...(Object.keys(variables).length === 0 ? {} : { variables: printJson(variables) }),
    }));
    if (saved) context.log?.add(execution, { o: 'start', x: saved });
    return this.#begin(execution, saved, { group, variables });
  }

  handleOf(execution: Execution): ExecutionHandle | undefined {
    // Of an earlier process: its events give it back.
    if (this.#ended.has(execution)) execution.history.events();
    return this.#drivers.get(execution);
  }

  /** The driver of an execution of an earlier process, before its first event. */
  restore(execution: Execution, saved: SavedStart, hasActivity: (arn: string) => boolean): ExecutionDriver {
    const label = execution.mapRun?.label;
    const group =
      label === undefined ? undefined : execution.revision.program.mapsByLabel.get(label)?.processor;
    const variables = saved.child && (parseJson(saved.child.variables ?? '{}') as JsonObject);
    const own = { ...(group ? { group } : {}), ...(variables ? { variables } : {}) };
    const coverage = isOpen(execution) ? this.#coverageOf(execution.machine.arn) : createCoverage();
    const driver = this.#drive(execution, { ...own, hasActivity, coverage }, saved);
    this.#ended.delete(execution);
    if (isOpen(execution) || execution.status !== 'SUCCEEDED') this.#drivers.set(execution, driver);
    return driver;
  }

  /** An execution that has ended, and whose driver is made when it is needed. */
  knowEnded(execution: Execution): void {
    if (execution.status !== 'SUCCEEDED') this.#ended.add(execution);
  }

  #begin(
    execution: Execution,
    saved: SavedStart | undefined,
    own: { group?: CompiledGroup; variables?: JsonObject } = {},
  ): ExecutionHandle {
    const { activities } = this.#context();
    const hasActivity = (arn: string): boolean => {
      const isThere = activities.find(arn) !== undefined;
      if (!isThere && saved) this.#context().log?.add(execution, { o: 'noActivity', arn });
      return isThere;
    };
    const coverage = this.#coverageOf(execution.machine.arn);
    const driver = this.#drive(execution, { ...own, hasActivity, coverage }, saved);
    this.#drivers.set(execution, driver);
    return driver;
  }

  /** What is kept of a start; nothing where executions are not kept. */
  #saved(execution: Execution, child?: () => NonNullable<SavedStart['child']>): SavedStart | undefined {
    const { log } = this.#context();
    if (!log) return undefined;
    const { arn, startedAtMs, history } = execution;
    if (child) return { arn, startedAtMs, input: history.input, child: child() };
    if (execution.type === 'EXPRESS') return undefined;
    const { revision, versionArn, aliasArn, traceHeader, testCase, startedBy } = execution;
    return {
      arn,
      revision: log.revisionNumber(revision),
      ...(versionArn === undefined ? {} : { versionArn }),
      ...(aliasArn === undefined ? {} : { aliasArn }),
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(testCase === undefined ? {} : { testCase }),
      ...(startedBy === undefined ? {} : { startedBy }),
      startedAtMs,
      input: history.input,
      seed: this.#seed,
    };
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
    if (execution.type === 'STANDARD' && !execution.mapRun) this.#retain(execution);
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

  /** Forgets what is retained no longer when an execution has ended. */
  #retain(execution: Execution): void {
    const { retention } = this.#context();
    if (isOpen(execution)) {
      retention.reopen(execution);
      return;
    }
    retention.add(execution);
    this.forgetExpired();
  }

  /** Forgets the executions that are retained no longer. */
  forgetExpired(): void {
    const { retention, executions, log, env } = this.#context();
    const expired = retention.takeExpired(env.clock.nowMs());
    for (const execution of expired) {
      for (const one of withChildren(execution)) {
        this.#drivers.delete(one);
        this.#ended.delete(one);
      }
      log?.drop(execution);
      executions.remove(execution);
    }
    if (expired.length > 0) void log?.compactIfWorthwhile(() => executions.known());
  }

  /** The emulator is going down: what is kept goes on when it is started again, everything else ends. */
  stop(): void {
    const isKept = this.#context().log !== undefined;
    const suspended: ExecutionDriver[] = [];
    for (const [execution, driver] of [...this.#drivers]) {
      if (isKept && (execution.type === 'STANDARD' || execution.mapRun)) suspended.push(driver);
      else if (isOpen(execution)) driver.stop();
    }
    // All of them before any: one that is called off may stop another.
    for (const driver of suspended) driver.suspend();
    for (const driver of suspended) driver.release();
    this.#drivers.clear();
  }

  #drive(
    execution: Execution,
    own: {
      group?: CompiledGroup;
      variables?: JsonObject;
      hasActivity(arn: string): boolean;
      coverage: Coverage;
    },
    saved: SavedStart | undefined,
  ): ExecutionDriver {
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
      random: saved ? seededRandom(`${saved.seed ?? ''}/${execution.arn}`) : this.#random.fork(execution.arn),
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
      hasActivity: own.hasActivity,
      coverage: own.coverage,
    });
    return new ExecutionDriver(context, execution, state, this.#changed);
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

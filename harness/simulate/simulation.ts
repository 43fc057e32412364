/**
 * One execution of a state machine on modelled time: the interpreter and the Map Run planner that the emulator runs,
 * with modelled tasks in place of Lambda and other services. Pure: the same seed gives the same run.
 *
 * Invariants: every child of a Map Run is started exactly once; nothing happens after the execution has ended.
 */
import type { StartMapRun } from '../asl/effects.ts';
import { createExecution, type ExecutionState } from '../asl/execution.ts';
import { EventQueue } from './event-queue.ts';
import { LambdaFleet, MachineCores } from './lambda-fleet.ts';
import { SimulatedExecution } from './simulated-execution.ts';
import { SimulatedMapRun } from './simulated-map-run.ts';
import {
  type Driver,
  type ExecutionInput,
  type ExecutionListeners,
  type MapRunInput,
  SIMULATED_ARN,
  type SimulatedRun,
  type SimulationContext,
  type SimulationInput,
} from './simulation-context.ts';

/** Transitions that an execution takes before others get their turn. */
const TRANSITIONS_PER_TURN = 1000;

export function simulate(input: SimulationInput): SimulatedRun {
  return new Simulation(input).result();
}

class Simulation implements SimulationContext {
  readonly given: SimulationInput;
  readonly queue = new EventQueue();
  readonly fleet: LambdaFleet;
  readonly cores: MachineCores;
  readonly run: SimulatedRun;
  #bucket: { tokens: number; atMs: number };
  #ended = false;

  constructor(given: SimulationInput) {
    this.given = given;
    this.fleet = new LambdaFleet(given.limits);
    this.cores = new MachineCores(given.cores);
    this.#bucket = { tokens: given.limits.sfnTransitionBucket, atMs: 0 };
    this.run = {
      clock: 'modelled',
      status: 'FAILED',
      durationMs: 0,
      history: [],
      invocations: [],
      children: [],
      transitions: 0,
      expressRequests: 0,
      coldStarts: 0,
      throttles: 0,
      peakConcurrency: 0,
    };
  }

  result(): SimulatedRun {
    const { given, run } = this;
    const state = this.create('execution', given.input);
    const driver = this.execution(
      state,
      {
        record: (event) => run.history.push(event),
        finished: (finish) => {
          run.status = finish.status;
          if (finish.error !== undefined) run.error = finish.error;
          if (finish.cause !== undefined) run.cause = finish.cause;
          run.durationMs = this.queue.nowMs;
          this.#ended = true;
        },
      },
      false,
    );
    driver.feed({ kind: 'start' });
    this.queue.run(() => this.#ended);
    run.coldStarts = this.fleet.coldStarts;
    run.throttles = this.fleet.throttles;
    run.peakConcurrency = this.fleet.peak;
    return run;
  }

  create(name: string, input: string, child?: StartMapRun): ExecutionState {
    const { program, limits, random } = this.given;
    const group = child && program.mapsByLabel.get(child.label)?.processor;
    return createExecution(program, {
      executionArn: `${SIMULATED_ARN}:execution:simulated:${name}`,
      name,
      roleArn: 'arn:aws:iam::000000000000:role/simulated',
      stateMachineArn: `${SIMULATED_ARN}:stateMachine:simulated`,
      stateMachineName: 'simulated',
      input,
      startTimeMs: this.queue.nowMs,
      random: random.fork(name),
      limits,
      maxTransitionsPerStep: TRANSITIONS_PER_TURN,
      ...(group ? { group } : {}),
      ...(child ? { type: child.executionType, variables: child.selection.variables } : {}),
    });
  }

  transitionWaitMs(): number {
    const { sfnTransitionsPerSecond, sfnTransitionBucket } = this.given.limits;
    if (!Number.isFinite(sfnTransitionsPerSecond)) return 0;
    const { nowMs } = this.queue;
    const bucket = this.#bucket;
    const earned = ((nowMs - bucket.atMs) / 1000) * sfnTransitionsPerSecond;
    bucket.tokens = Math.min(sfnTransitionBucket, bucket.tokens + earned);
    bucket.atMs = nowMs;
    return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / sfnTransitionsPerSecond) * 1000);
  }

  chargeTransitions(count: number): void {
    this.#bucket.tokens -= count;
    this.run.transitions += count;
  }

  execution(state: ExecutionState, listeners: ExecutionListeners, inMap: boolean): Driver<ExecutionInput> {
    return new SimulatedExecution(this, state, listeners, inMap);
  }

  mapRun(effect: StartMapRun, feedParent: (event: ExecutionInput) => void): Driver<MapRunInput> {
    return new SimulatedMapRun(this, effect, feedParent);
  }
}

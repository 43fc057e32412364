/**
 * What follows from a state's outcome: the next state, the end of a flow, a retry, a Catcher, the failure of an
 * enclosing state, the end of the execution. The only place that moves a flow from one state to another.
 */
import { exitByCatcher, findCatcher } from './catch.ts';
import { cutChildren, silence, toleratedIteration } from './child-flows.ts';
import { cover, coverageKey } from './coverage.ts';
import { Deferred } from './data/deferred.ts';
import { assignVariables, exceedsPayload } from './data-flow.ts';
import { defer, dropDeferred, forgetEvaluated, resumable } from './defer.ts';
import {
  type Exit,
  type Flow,
  type Machine,
  type Outcome,
  PENDING,
  type StateRun,
  type Work,
} from './execution.ts';
import { dataLimitExceeded, errorDetails, type Failure, matchesError, stateFailure } from './failure.ts';
import type { HistoryEventType } from './history.ts';
import {
  HistoryFull,
  latestEventId,
  record,
  recordEntered,
  recordEvaluationFailed,
  recordExited,
  recordInFlow,
} from './history-writer.ts';
import { cancelRun, cancelWork, setTimer } from './open-work.ts';
import type {
  CompiledCatcher,
  CompiledMap,
  CompiledParallel,
  CompiledState,
  CompiledTask,
} from './program.ts';
import { decideRetry } from './retry.ts';
import { STATES } from './states/index.ts';

/** Enters the flow's next state, or takes up the one it was in when a failed execution is redriven. */
export function advance(machine: Machine, flow: Flow): void {
  machine.transitionsLeft--;
  if (flow.run) {
    takeUp(machine, flow.run);
    return;
  }
  const state = flow.group.states.get(flow.next);
  if (!state) {
    // Validation refuses such a definition; a program made otherwise fails here and not with an exception.
    const cause = `The state '${flow.next}' does not exist.`;
    failExecution(machine, flow, { error: 'States.Runtime', cause, origin: 'state', terminal: true });
    return;
  }
  const run = enter(machine, flow, state);
  attempt(machine, run, (later) => STATES[state.type].start(later, run));
}

function enter(machine: Machine, flow: Flow, state: CompiledState): StateRun {
  const beforeEnteredEventId = flow.lastEventId;
  const enteredEventId = recordEntered(
    machine,
    flow,
    `${state.type}StateEntered` as HistoryEventType,
    flow.data.text,
  );
  machine.execution.transitions++;
  cover(machine.execution.init.coverage, coverageKey.state(state));
  const run: StateRun = {
    flow,
    state,
    input: flow.data,
    enteredEventId,
    beforeEnteredEventId,
    enteredAtMs: machine.atMs,
    effective: flow.data.value,
    retryCount: 0,
    retriesOf: undefined,
    openIds: [],
    task: undefined,
    container: undefined,
    deferred: undefined,
  };
  flow.run = run;
  return run;
}

/** Redrive: the state is not entered anew; its next event points to its own StateEntered. */
function takeUp(machine: Machine, run: StateRun): void {
  const handler = STATES[run.state.type];
  run.retryCount = 0;
  run.retriesOf = undefined;
  run.task = undefined;
  run.deferred = undefined;
  run.flow.lastEventId = run.enteredEventId;
  run.flow.asideEventId = 0;
  attempt(machine, run, (later) => (handler.redrive ?? handler.start)(later, run));
}

/** Does a piece of the state's work and acts on what it comes to; a failure of the data is an outcome too. */
export function attempt(machine: Machine, run: StateRun, work: Work): void {
  let outcome: Outcome;
  try {
    outcome = resumable(machine, run, work);
  } catch (thrown) {
    if (thrown instanceof HistoryFull) throw thrown;
    outcome = { kind: 'fail', failure: stateFailure(run.state.name, run.enteredEventId, thrown) };
  }
  forgetEvaluated(run);
  if (outcome.kind === 'exit') leave(machine, run, outcome);
  else if (outcome.kind === 'fail') failState(machine, run, outcome.failure);
}

function leave(machine: Machine, run: StateRun, exit: Exit): void {
  const { flow, state } = run;
  if (exceedsPayload(machine, exit.output.text)) {
    failState(machine, run, dataLimitExceeded(state.name, 'state'));
    return;
  }
  if (exit.assigned) {
    try {
      assignVariables(machine, flow, exit.assigned);
    } catch (thrown) {
      failState(machine, run, stateFailure(state.name, run.enteredEventId, thrown));
      return;
    }
  }
  recordExited(machine, run, exit.output.text, exit.assigned);
  cover(machine.execution.init.coverage, coverageKey.transition(state, exit.next));
  flow.run = undefined;
  flow.data = exit.output;
  const { inspection } = machine.execution.init;
  if (inspection) {
    inspection.variables = flow.variables.all();
    if (exit.next !== undefined) inspection.nextState = exit.next;
  } else if (exit.next !== undefined) {
    flow.next = exit.next;
    machine.execution.ready.push(flow);
    return;
  }
  endFlow(machine, flow);
}

function endFlow(machine: Machine, flow: Flow): void {
  flow.status = 'done';
  const { parent } = flow;
  if (!parent) {
    succeedExecution(machine, flow);
    return;
  }
  const handler = STATES[parent.state.type];
  attempt(machine, parent, () => handler.childDone?.(machine, parent, flow) ?? PENDING);
}

function succeedExecution(machine: Machine, flow: Flow): void {
  const output = flow.data.text;
  record(machine, 'ExecutionSucceeded', flow.lastEventId, 'executionSucceededEventDetails', {
    output,
    outputDetails: { truncated: false },
  });
  endExecution(machine, 'SUCCEEDED');
  machine.effects.push({ kind: 'finish', status: 'SUCCEEDED', output });
}

/** A state has failed: Retry, then Catch, then whoever encloses it. */
function failState(machine: Machine, run: StateRun, failure: Failure): void {
  const { flow, state } = run;
  dropDeferred(machine, run);
  recordEvaluationFailed(machine, run, failure);
  if (failure.terminal) {
    failTerminally(machine, flow, failure);
    return;
  }
  if (state.type !== 'Task' && state.type !== 'Parallel' && state.type !== 'Map') {
    failFlow(machine, flow, failure);
    return;
  }
  cutChildren(machine, run, flow.lastEventId);
  if (retry(machine, run, state, failure)) return;
  const beforeFailedEventId = flow.lastEventId;
  if (state.type !== 'Task') recordInFlow(machine, flow, `${state.type}StateFailed`);
  const index = findCatcher(state.catch, failure);
  const catcher = index === undefined ? undefined : state.catch[index];
  if (index === undefined || !catcher) {
    failFlow(machine, flow, failure);
    return;
  }
  cover(machine.execution.init.coverage, coverageKey.catcher(state, index));
  const { inspection } = machine.execution.init;
  if (inspection) {
    inspection.catchIndex = index;
    inspection.caught = errorDetails(failure);
  }
  leaveByCatcher(machine, run, { catcher, failure, beforeFailedEventId });
}

interface Caught {
  catcher: CompiledCatcher;
  failure: Failure;
  beforeFailedEventId: number;
}

function leaveByCatcher(machine: Machine, run: StateRun, caught: Caught): void {
  let exit: Exit;
  try {
    exit = exitByCatcher(machine, run, caught.catcher, caught.failure);
  } catch (thrown) {
    if (thrown instanceof Deferred) {
      defer(machine, run, thrown, (later) => {
        leaveByCatcher(later, run, caught);
        return PENDING;
      });
      return;
    }
    const failure = stateFailure(run.state.name, run.enteredEventId, thrown);
    failCatcher(machine, run, failure, caught.beforeFailedEventId);
    return;
  }
  leave(machine, run, exit);
}

/** The Catcher itself has failed: no other is asked, and the chain goes on from before the state's Failed event. */
function failCatcher(machine: Machine, run: StateRun, failure: Failure, beforeFailedEventId: number): void {
  const { flow, state } = run;
  if (!failure.terminal) flow.lastEventId = beforeFailedEventId;
  recordEvaluationFailed(machine, run, failure);
  if (failure.terminal) {
    failTerminally(machine, flow, failure);
    return;
  }
  if (state.type === 'Parallel' || state.type === 'Map')
    recordInFlow(machine, flow, `${state.type}StateFailed`);
  failFlow(machine, flow, failure);
}

function retry(
  machine: Machine,
  run: StateRun,
  state: CompiledTask | CompiledParallel | CompiledMap,
  failure: Failure,
): boolean {
  const { inspection, random, coverage } = machine.execution.init;
  const made = inspection?.retrierRetryCount;
  const retriesOf = made === undefined ? (run.retriesOf ?? []) : state.retry.map(() => made);
  const decision = decideRetry(state.retry, failure, retriesOf, random);
  if (inspection) {
    // Also when its attempts are used up.
    const index = state.retry.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, failure));
    if (index >= 0) inspection.retryIndex = index;
  }
  if (!decision) return false;
  const { index, delayMs } = decision;
  if (inspection) {
    inspection.retryBackoffSeconds = delayMs / 1000;
    endExecution(machine, 'FAILED');
    machine.effects.push({ kind: 'finish', status: 'FAILED', ...errorDetails(failure) });
    return true;
  }
  cover(coverage, coverageKey.retrier(state, index));
  run.retriesOf ??= state.retry.map(() => 0);
  run.retriesOf[index] = (run.retriesOf[index] ?? 0) + 1;
  run.retryCount++;
  cancelRun(machine, run);
  run.container = undefined;
  run.task = undefined;
  setTimer(machine, run, 'retry', delayMs);
  return true;
}

/** The flow ends in failure, which becomes that of the enclosing state or of the execution. */
function failFlow(machine: Machine, flow: Flow, failure: Failure): void {
  const { parent } = flow;
  if (!parent) {
    failExecution(machine, flow, failure);
    return;
  }
  flow.status = 'failed';
  // A Task whose failure ends its branch counts as aborted beside its own Failed event.
  if (flow.run?.state.type === 'Task') record(machine, 'TaskStateAborted', flow.lastEventId);
  const handler = STATES[parent.state.type];
  const passedOn: Failure = { ...failure, origin: 'child' };
  attempt(machine, parent, () => handler.childFailed?.(machine, parent, flow, passedOn) ?? PENDING);
}

/**
 * A failure that no Retry or Catch may see ends the execution, unless an iteration of a Map that tolerates
 * failures holds it: there it counts like any other, only without events of its own.
 */
function failTerminally(machine: Machine, flow: Flow, failure: Failure): void {
  const iteration = toleratedIteration(flow);
  const parent = iteration?.parent;
  if (!iteration || !parent) {
    failExecution(machine, flow, failure);
    return;
  }
  const failingEventId = latestEventId(flow);
  silence(machine, iteration);
  iteration.status = 'failed';
  iteration.lastEventId = failingEventId;
  attempt(machine, parent, () => STATES.Map.childFailed?.(machine, parent, iteration, failure) ?? PENDING);
}

export function failExecution(machine: Machine, flow: Flow, failure: Failure): void {
  const underTest = machine.execution.init.inspection !== undefined && failure.plainCause !== undefined;
  const details = errorDetails(underTest ? { ...failure, cause: failure.plainCause } : failure);
  record(machine, 'ExecutionFailed', latestEventId(flow), 'executionFailedEventDetails', details);
  endExecution(machine, 'FAILED');
  machine.effects.push({ kind: 'finish', status: 'FAILED', ...details });
}

/** Calls everything off. The flows keep the states they were in, for a redrive. */
export function endExecution(
  machine: Machine,
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED',
): void {
  const { execution } = machine;
  execution.status = status;
  execution.ready = [];
  execution.readyHead = 0;
  if (execution.machineTimerId !== undefined) cancelWork(machine, execution.machineTimerId);
  execution.machineTimerId = undefined;
  silence(machine, execution.root);
}

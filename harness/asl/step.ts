/**
 * One step of an execution: an event in, effects out. Pure but for the execution state it is handed, which it
 * changes; it never throws, whatever the event and however often it comes.
 */
import { takeEvaluated } from './defer.ts';
import type { Effect, ExecutionEvent } from './effects.ts';
import type { ExecutionState, Machine, OpenWork } from './execution.ts';
import { errorDetails } from './failure.ts';
import { dataDetails, HistoryFull, record } from './history-writer.ts';
import { closeWork, openWork } from './open-work.ts';
import type { Program } from './program.ts';
import { advance, attempt, endExecution, failExecution } from './settle.ts';
import type { WorkEvent } from './states/handler.ts';
import { STATES } from './states/index.ts';

/**
 * Feeds one event to an execution. Events that come too late (their id is finished or called off, the execution
 * has ended) change nothing and have no effects.
 */
export function step(program: Program, execution: ExecutionState, event: ExecutionEvent): Effect[] {
  const machine: Machine = {
    program,
    execution,
    effects: [],
    atMs: event.atMs,
    transitionsLeft: execution.init.maxTransitionsPerStep ?? Number.POSITIVE_INFINITY,
    allowance: execution.init.stepAllowance && { ...execution.init.stepAllowance },
  };
  try {
    react(machine, event);
    drain(machine);
  } catch (thrown) {
    giveUp(machine, thrown);
  }
  return machine.effects;
}

function react(machine: Machine, event: ExecutionEvent): void {
  const { execution } = machine;
  switch (event.kind) {
    case 'start':
      if (execution.status === 'NEW') start(machine);
      return;
    case 'redrive':
      if (['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status)) redrive(machine, event.redriveCount);
      return;
  }
  if (execution.status !== 'RUNNING') return;
  switch (event.kind) {
    case 'resume':
      return;
    case 'stop':
      stop(machine, event.error, event.cause);
      return;
    case 'timer':
      onTimer(machine, event.timerId);
      return;
    case 'evaluated': {
      const work = takeEvaluated(machine, event.evaluationId, event.outcome);
      if (work) attempt(machine, work.run, work.goOn);
      return;
    }
    default:
      onWork(machine, event);
  }
}

function start(machine: Machine): void {
  const { execution } = machine;
  const { roleArn, startedDetails } = execution.init;
  execution.status = 'RUNNING';
  record(machine, 'ExecutionStarted', 0, 'executionStartedEventDetails', {
    ...dataDetails('input', execution.input.text),
    roleArn,
    ...startedDetails,
  });
  setMachineTimer(machine);
  execution.ready.push(execution.root);
}

/** TimeoutSeconds of the machine; Express executions end after five minutes at the latest. */
function setMachineTimer(machine: Machine): void {
  const { execution, program } = machine;
  const own = execution.init.group ? undefined : program.timeoutSeconds;
  const longest =
    execution.type === 'EXPRESS' ? execution.init.limits.sfnExpressMaxSeconds : Number.POSITIVE_INFINITY;
  const seconds = Math.min(own ?? Number.POSITIVE_INFINITY, longest);
  if (!Number.isFinite(seconds) || execution.init.inspection) return;
  const timerId = openWork(machine, { kind: 'timer', purpose: 'machineTimeout' });
  execution.machineTimerId = timerId;
  machine.effects.push({ kind: 'setTimer', timerId, delayMs: seconds * 1000 });
}

function stop(machine: Machine, error: string | undefined, cause: string | undefined): void {
  const details = errorDetails({ error, cause, origin: 'state', terminal: true });
  record(machine, 'ExecutionAborted', 0, 'executionAbortedEventDetails', details);
  endExecution(machine, 'ABORTED');
  machine.effects.push({ kind: 'finish', status: 'ABORTED', ...details });
}

function timeOut(machine: Machine): void {
  record(machine, 'ExecutionTimedOut', 0, 'executionTimedOutEventDetails', {});
  endExecution(machine, 'TIMED_OUT');
  machine.effects.push({ kind: 'finish', status: 'TIMED_OUT' });
}

function redrive(machine: Machine, redriveCount: number): void {
  const { execution } = machine;
  execution.status = 'RUNNING';
  execution.redriveCount = redriveCount;
  execution.redriveTimeMs = machine.atMs;
  record(machine, 'ExecutionRedriven', execution.eventCount, 'executionRedrivenEventDetails', {
    redriveCount,
  });
  setMachineTimer(machine);
  execution.root.status = 'active';
  execution.ready.push(execution.root);
}

function onTimer(machine: Machine, timerId: number): void {
  const work = machine.execution.open.get(timerId);
  if (work?.kind !== 'timer') return;
  closeWork(machine, timerId);
  if (!work.run) {
    machine.execution.machineTimerId = undefined;
    timeOut(machine);
    return;
  }
  const { run, purpose } = work;
  const handler = STATES[run.state.type];
  attempt(machine, run, (later) =>
    purpose === 'retry' || !handler.onTimer
      ? handler.start(later, run)
      : handler.onTimer(later, run, purpose),
  );
}

function onWork(machine: Machine, event: WorkEvent): void {
  const id = 'taskId' in event ? event.taskId : event.mapId;
  const kind: OpenWork['kind'] = 'taskId' in event ? 'task' : 'mapRun';
  const work = machine.execution.open.get(id);
  if (!work?.run || work.kind !== kind) return;
  const { run } = work;
  const handler = STATES[run.state.type];
  attempt(machine, run, (later) => handler.onEvent?.(later, run, event) ?? { kind: 'pending' });
}

/** Lets ready flows enter their states until none is left or the transitions granted are used up. */
function drain(machine: Machine): void {
  const { execution } = machine;
  while (execution.status === 'RUNNING' && execution.readyHead < execution.ready.length) {
    if (machine.transitionsLeft <= 0) {
      const { maxTransitionsPerStep = 0 } = execution.init;
      machine.effects.push({ kind: 'yield', transitions: maxTransitionsPerStep });
      return;
    }
    const flow = execution.ready[execution.readyHead++];
    if (execution.readyHead === execution.ready.length) {
      execution.ready = [];
      execution.readyHead = 0;
    }
    if (flow?.status === 'active') advance(machine, flow);
  }
}

/** The history is full, or the interpreter itself is at fault: the execution fails and says so. */
function giveUp(machine: Machine, thrown: unknown): void {
  const { execution } = machine;
  if (execution.status !== 'RUNNING') return;
  const events = execution.init.limits.sfnHistoryEvents;
  const cause =
    thrown instanceof HistoryFull
      ? `The execution reached the maximum number of history events (${events}).`
      : `The interpreter failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  execution.root.lastEventId = execution.eventCount;
  failExecution(machine, execution.root, { error: 'States.Runtime', cause, origin: 'state', terminal: true });
}

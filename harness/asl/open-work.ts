/** Asking the world for something, and calling it off. */
import type { Machine, OpenWork, StateRun } from './execution.ts';

/**
 * An id for a task, timer, evaluation or Map Run, fresh unless one is taken up `again`; what it stands for is kept until it
 * is answered or called off.
 */
export function openWork(machine: Machine, work: OpenWork, again?: number): number {
  const id = again ?? ++machine.execution.lastOpenId;
  machine.execution.open.set(id, work);
  work.run?.openIds.push(id);
  return id;
}

/** The work has been answered or called off: later events for the id are ignored. */
export function closeWork(machine: Machine, id: number): void {
  const work = machine.execution.open.get(id);
  if (!work) return;
  machine.execution.open.delete(id);
  const ids = work.run?.openIds;
  const at = ids ? ids.indexOf(id) : -1;
  if (ids && at >= 0) ids.splice(at, 1);
}

export function setTimer(
  machine: Machine,
  run: StateRun,
  purpose: 'wait' | 'retry' | 'taskTimeout' | 'heartbeat',
  delayMs: number,
  untilMs?: number,
): number {
  const timerId = openWork(machine, { kind: 'timer', run, purpose });
  machine.effects.push({
    kind: 'setTimer',
    timerId,
    delayMs,
    ...(untilMs === undefined ? {} : { untilMs }),
  });
  return timerId;
}

/** Calls off one piece of work. */
export function cancelWork(machine: Machine, id: number): void {
  const work = machine.execution.open.get(id);
  if (!work) return;
  if (work.kind === 'task') machine.effects.push({ kind: 'cancelTask', taskId: id });
  else if (work.kind === 'mapRun') machine.effects.push({ kind: 'cancelMapRun', mapId: id });
  else if (work.kind === 'timer') machine.effects.push({ kind: 'cancelTimer', timerId: id });
  closeWork(machine, id);
}

/** Calls off everything the run itself waits for; its children keep theirs. */
export function cancelRun(machine: Machine, run: StateRun): void {
  for (const id of [...run.openIds]) cancelWork(machine, id);
}

/**
 * Work that stops at a field which costs too much for this step and goes on when its value is known. The work is done
 * again from its beginning, maybe by a later step, so it changes nothing before its last field is evaluated and uses the
 * machine it is handed.
 */
import { Deferred } from './data/deferred.ts';
import type { Evaluated } from './data/scope.ts';
import { type Machine, type Outcome, PENDING, type StateRun, type Work } from './execution.ts';
import { cancelWork, closeWork, openWork } from './open-work.ts';

/** Does a piece of work that may have to stop; pending when it has. */
export function resumable(machine: Machine, run: StateRun, work: Work): Outcome {
  try {
    return work(machine);
  } catch (thrown) {
    if (!(thrown instanceof Deferred)) throw thrown;
    return defer(machine, run, thrown, work);
  }
}

/** Asks for the field; `goOn` is called when it is known. */
export function defer(machine: Machine, run: StateRun, deferred: Deferred, goOn: Work): Outcome {
  const { field, data } = deferred;
  const evaluationId = openWork(machine, { kind: 'evaluation', run, field });
  run.deferred = { evaluated: run.deferred?.evaluated ?? new Map(), goOn };
  machine.effects.push({ kind: 'evaluate', evaluationId, field, data });
  return PENDING;
}

/** The work to go on with; nothing when the run does not wait for the evaluation any more. */
export function takeEvaluated(
  machine: Machine,
  evaluationId: number,
  outcome: Evaluated,
): { run: StateRun; goOn: Work } | undefined {
  const work = machine.execution.open.get(evaluationId);
  if (work?.kind !== 'evaluation') return undefined;
  closeWork(machine, evaluationId);
  const { deferred } = work.run;
  const goOn = deferred?.goOn;
  if (!deferred || !goOn) return undefined;
  deferred.evaluated.set(work.field, outcome);
  deferred.goOn = undefined;
  return { run: work.run, goOn };
}

/** What was evaluated belongs to work that is done. */
export function forgetEvaluated(run: StateRun): void {
  if (run.deferred && !run.deferred.goOn) run.deferred = undefined;
}

/** The run does something else: its evaluation is not wanted any more. */
export function dropDeferred(machine: Machine, run: StateRun): void {
  if (!run.deferred) return;
  run.deferred = undefined;
  for (const id of [...run.openIds])
    if (machine.execution.open.get(id)?.kind === 'evaluation') cancelWork(machine, id);
}

/** Computes now what is needed later: its failure is that of the later moment. */
export function settled<T>(compute: () => T): () => T {
  try {
    const value = compute();
    return () => value;
  } catch (thrown) {
    if (thrown instanceof Deferred) throw thrown;
    return () => {
      throw thrown;
    };
  }
}

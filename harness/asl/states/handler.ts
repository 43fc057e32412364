/** What every kind of state can do. Handlers record events and ask for work; `step` decides what follows. */

import type { ExecutionEvent } from '../effects.ts';
import type { Flow, Machine, Outcome, StateRun } from '../execution.ts';
import type { Failure } from '../failure.ts';

/** Events about work that a state has asked for. */
export type WorkEvent = Extract<ExecutionEvent, { taskId: number } | { mapId: number }>;

export interface StateHandler {
  /** Begins an attempt: the first, or another one after a retry or redrive. */
  start(machine: Machine, run: StateRun): Outcome;
  /** Goes on after the world has answered. */
  onEvent?(machine: Machine, run: StateRun, event: WorkEvent): Outcome;
  onTimer?(machine: Machine, run: StateRun, purpose: 'wait' | 'taskTimeout' | 'heartbeat'): Outcome;
  /** A branch or iteration ended well; its output is `child.data`. */
  childDone?(machine: Machine, run: StateRun, child: Flow): Outcome;
  /** A branch or iteration ended badly, not terminally. Cuts the others if the state fails for it. */
  childFailed?(machine: Machine, run: StateRun, child: Flow, failure: Failure): Outcome;
  /** Goes on where a failed execution left off; `start` is used where this is absent. */
  redrive?(machine: Machine, run: StateRun): Outcome;
}

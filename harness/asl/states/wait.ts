import { exitOf, passOn, takeInput } from '../data-flow.ts';
import { type Machine, type Outcome, PENDING, type StateRun } from '../execution.ts';
import { setTimer } from '../open-work.ts';
import type { CompiledWait } from '../program.ts';
import type { StateHandler } from './handler.ts';

export const wait: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledWait;
    const delayMs = state.delayMs(takeInput(machine, run));
    // TestState does not wait.
    if (delayMs <= 0 || machine.execution.init.inspection) return leave(machine, run);
    const untilMs = state.isTimestamp ? machine.atMs + delayMs : undefined;
    setTimer(machine, run, 'wait', delayMs, untilMs);
    return PENDING;
  },
  onTimer: leave,
};

function leave(machine: Machine, run: StateRun): Outcome {
  const { output, assigned } = passOn(machine, run);
  return exitOf(run.state, output, assigned);
}

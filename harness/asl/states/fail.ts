import { takeInput } from '../data-flow.ts';
import type { Outcome } from '../execution.ts';
import type { CompiledFail } from '../program.ts';
import type { StateHandler } from './handler.ts';

export const fail: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledFail;
    const scope = takeInput(machine, run);
    return {
      kind: 'fail',
      failure: {
        error: state.error?.(scope),
        cause: state.cause?.(scope),
        origin: 'task',
        terminal: false,
      },
    };
  },
};

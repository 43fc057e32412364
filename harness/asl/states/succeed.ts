import { passOn, takeInput } from '../data-flow.ts';
import type { Outcome } from '../execution.ts';
import type { StateHandler } from './handler.ts';

export const succeed: StateHandler = {
  start(machine, run): Outcome {
    takeInput(machine, run);
    return { kind: 'exit', next: undefined, ...passOn(machine, run) };
  },
};

import { JsonText } from '../data/json-text.ts';
import { exitOf, placeResult, scopeOf, takeInput } from '../data-flow.ts';
import type { Machine, Outcome, StateRun } from '../execution.ts';
import { inspect } from '../inspection.ts';
import type { CompiledPass } from '../program.ts';
import type { StateHandler } from './handler.ts';

/** JSONPath: InputPath, Parameters, Result, ResultPath, Assign, OutputPath. JSONata: Output, Assign. */
export const pass: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledPass;
    const scope = takeInput(machine, run);
    if (state.queryLanguage === 'JSONata') {
      const output = state.output ? run.input.carry(state.output(scope)) : run.input;
      return exitOf(state, output, state.assign?.(scope));
    }
    const result = resultOf(machine, run, state);
    if (state.hasResult) inspect(machine, 'result', result.value);
    inspect(machine, 'afterResultSelector', result.value);
    return placeResult(machine, run, result);
  },
};

function resultOf(machine: Machine, run: StateRun, state: CompiledPass): JsonText {
  const effective = run.input.carry(run.effective);
  const given = state.arguments ? state.arguments(scopeOf(machine, run, run.effective)) : run.effective;
  inspect(machine, 'afterParameters', given);
  return state.hasResult ? new JsonText(state.result) : effective.carry(given);
}

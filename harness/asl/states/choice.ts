import { cover, coverageKey } from '../coverage.ts';
import { AslFailure } from '../data/scope.ts';
import { effectiveText, filtered, passOn, takeInput } from '../data-flow.ts';
import type { Outcome } from '../execution.ts';
import type { CompiledChoice } from '../program.ts';
import type { StateHandler } from './handler.ts';

/** AWS names States.Runtime here, not the language's States.NoChoiceMatched, and no Catch could see it anyway. */
const NO_MATCH = 'Failed to transition out of the state. The state does not point to a next state.';

export const choice: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledChoice;
    const { coverage } = machine.execution.init;
    const scope = takeInput(machine, run);
    const index = state.choices.findIndex((rule) => rule.matches(scope));
    const rule = state.choices[index];
    if (!rule) {
      if (state.default === undefined) throw new AslFailure('States.Runtime', NO_MATCH);
      const passed = passOn(machine, run);
      cover(coverage, coverageKey.choice(state, undefined));
      return { kind: 'exit', next: state.default, ...passed };
    }
    // The state's own Output and Assign belong to Default; a rule has its own. OutputPath belongs to both.
    if (state.queryLanguage === 'JSONPath') {
      const output = filtered(machine, run);
      const assigned = rule.assign?.(scope);
      cover(coverage, coverageKey.choice(state, index));
      return { kind: 'exit', next: rule.next, output, assigned };
    }
    const effective = effectiveText(run);
    const output = rule.output ? effective.carry(rule.output(scope)) : effective;
    const assigned = rule.assign?.(scope);
    cover(coverage, coverageKey.choice(state, index));
    return { kind: 'exit', next: rule.next, output, assigned };
  },
};

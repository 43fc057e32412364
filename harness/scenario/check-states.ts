import { nearestName } from '../core/nearest-name.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource, Path } from '../document/source.ts';
import { pipelineStates, stateOfExpression } from './pipeline-states.ts';
import type { Scenario } from './schema.ts';

/** Names of states: one that the state machine has not got is never visited, and nothing would say so. */
export function checkStates(scenario: Scenario, source: DocumentSource): Diagnostic[] {
  const known = pipelineStates();
  const { expect, mocks, thresholds } = scenario;
  const named: { path: Path; state: string }[] = [
    ...Object.keys(expect.states ?? {}).map((state) => ({ path: ['expect', 'states', state], state })),
    ...Object.keys(mocks ?? {}).map((state) => ({ path: ['mocks', state], state })),
    ...inExpressions(['thresholds'], thresholds),
    ...inExpressions(['expect', 'baseline', 'compare'], expect.baseline?.compare ?? {}),
  ];
  return named.flatMap(({ path, state }) => {
    if (known.includes(state)) return [];
    const near = nearestName(state, known);
    const hint = `${near ? `Did you mean "${near}"? ` : ''}States: ${known.join(', ')}.`;
    return [source.diagnose(path, `the state machine has no state "${state}"`, { hint })];
  });
}

function inExpressions(path: Path, byExpression: object): { path: Path; state: string }[] {
  return Object.keys(byExpression).flatMap((text) => {
    const state = stateOfExpression(text);
    return state === undefined ? [] : [{ path: [...path, text], state }];
  });
}

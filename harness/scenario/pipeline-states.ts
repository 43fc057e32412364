import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wantsChildHistories } from '../assertions/invocations.ts';
import type { Json } from '../core/json.ts';
import { packageRoot } from '../core/package-root.ts';
import { ExpressionError, metricParts, parseExpression } from '../metrics/threshold.ts';
import { mapStatesOf, statesOf } from '../record/definition-states.ts';
import type { Scenario } from './schema.ts';

let definition: Json | undefined;

/** The state machine that is deployed, with its placeholders. */
function pipelineDefinition(): Json {
  definition ??= JSON.parse(
    readFileSync(join(packageRoot(), 'statemachine', 'cosmicai.asl.json'), 'utf8'),
  ) as Json;
  return definition;
}

/** Names of its states. */
export function pipelineStates(): string[] {
  return [...statesOf(pipelineDefinition())];
}

/** The state that a metric expression is about, if it is about one. */
export function stateOfExpression(text: string): string | undefined {
  try {
    const [head, state] = metricParts(parseExpression(text).metric);
    return head === 'state' ? state : undefined;
  } catch (error) {
    // What is wrong with an expression is told where metrics are checked.
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** True when something is asked of states within the Map, which only the histories of its children tell. */
export function asksForChildHistories({ expect, thresholds }: Scenario): boolean {
  const inMap = mapStatesOf(pipelineDefinition());
  const expressions = [...Object.keys(thresholds), ...Object.keys(expect.baseline?.compare ?? {})];
  const states = [...Object.keys(expect.states ?? {}), ...expressions.map(stateOfExpression)];
  return (
    wantsChildHistories(expect.invocations) || states.some((state) => state !== undefined && inMap.has(state))
  );
}

import { isJsonObject, type JsonObject } from '../core/json.ts';

/**
 * The definition with ToleratedFailureCount on every Distributed Map of its outermost level.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function tolerateFailures(definition: JsonObject, count: number): JsonObject {
  const states = definition['States'];
  if (!isJsonObject(states)) return definition;
  const changed = Object.entries(states).map(([name, state]) => {
    const processor = isJsonObject(state) ? state['ItemProcessor'] : undefined;
    const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
    const distributed = isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
    return [name, distributed ? { ...(state as JsonObject), ToleratedFailureCount: count } : state];
  });
  return { ...definition, States: Object.fromEntries(changed) as JsonObject };
}

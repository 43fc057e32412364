import { isJsonObject, type Json } from '../core/json.ts';

/** Names of all states of a definition, those within Maps and branches included; none without a definition. */
export function statesOf(definition: Json | undefined): Set<string> {
  return namesIn(definition, true);
}

/** Of them, those within Maps, at any depth. */
export function mapStatesOf(definition: Json | undefined): Set<string> {
  return namesIn(definition, false);
}

function namesIn(node: Json | undefined, within: boolean): Set<string> {
  const names = new Set<string>();
  const entries = Array.isArray(node) ? [...node.entries()] : isJsonObject(node) ? Object.entries(node) : [];
  for (const [key, value] of entries) {
    if (within && key === 'States' && isJsonObject(value)) {
      for (const name of Object.keys(value)) names.add(name);
    }
    const inMap = within || key === 'ItemProcessor' || key === 'Iterator';
    for (const name of namesIn(value, inMap)) names.add(name);
  }
  return names;
}

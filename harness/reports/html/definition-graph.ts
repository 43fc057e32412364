/** States and transitions of an Amazon States Language definition, as nodes and edges for a drawing. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

export interface StateNode {
  /** The state's name: unique in a state machine, inside Maps and branches too. */
  name: string;
  kind: string;
  /** The Map or Parallel state it lies in. */
  parent?: string;
  /** True when it holds other states, and so cannot be the end of an edge. */
  holds: boolean;
}

interface Transition {
  from: string;
  to: string;
  /** `Catch`, `Default`, or empty. */
  label: string;
}

export interface DefinitionGraph {
  nodes: StateNode[];
  edges: Transition[];
}

/** Names of the two marks that are no states. */
export const START = '\u25cf start';
const END = '\u25cf end';

export function definitionGraph(definition: JsonObject): DefinitionGraph {
  const graph: DefinitionGraph = { nodes: [], edges: [] };
  const { entries, exits } = addStates(graph, definition, undefined);
  for (const name of [START, END]) graph.nodes.push({ name, kind: 'mark', holds: false });
  for (const to of entries) graph.edges.push({ from: START, to, label: '' });
  for (const from of exits) graph.edges.push({ from, to: END, label: '' });
  return graph;
}

interface Ends {
  entries: string[];
  exits: string[];
}

/** Adds the states of a machine, a Map's processor or a branch; answers where one comes in and goes out. */
function addStates(graph: DefinitionGraph, scope: JsonObject, parent: string | undefined): Ends {
  const states = isJsonObject(scope['States']) ? scope['States'] : {};
  const ends = new Map<string, Ends>();
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const inner = scopesOf(state);
    const holds = inner.length > 0;
    const kind = typeof state['Type'] === 'string' ? state['Type'] : '';
    graph.nodes.push({ name, kind, holds, ...(parent === undefined ? {} : { parent }) });
    const inside = inner.map((one) => addStates(graph, one, name));
    ends.set(name, {
      entries: holds ? inside.flatMap((one) => one.entries) : [name],
      exits: holds ? inside.flatMap((one) => one.exits) : [name],
    });
  }
  const exits: string[] = [];
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const own = ends.get(name)!;
    const targets = targetsOf(state);
    if (state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail')
      exits.push(...own.exits);
    for (const { to, label } of targets) {
      for (const from of own.exits) {
        for (const entry of ends.get(to)?.entries ?? []) graph.edges.push({ from, to: entry, label });
      }
    }
  }
  const startAt = typeof scope['StartAt'] === 'string' ? scope['StartAt'] : '';
  return { entries: ends.get(startAt)?.entries ?? [], exits };
}

function scopesOf(state: JsonObject): JsonObject[] {
  const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
  return [state['ItemProcessor'], state['Iterator'], ...branches].filter(isJsonObject);
}

function targetsOf(state: JsonObject): { to: string; label: string }[] {
  const targets: { to: string; label: string }[] = [];
  const add = (to: Json | undefined, label: string) => {
    if (typeof to === 'string' && !targets.some((one) => one.to === to && one.label === label))
      targets.push({ to, label });
  };
  add(state['Next'], '');
  for (const choice of listOf(state['Choices'])) add(choice['Next'], '');
  add(state['Default'], 'Default');
  for (const catcher of listOf(state['Catch'])) add(catcher['Next'], 'Catch');
  return targets;
}

const listOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

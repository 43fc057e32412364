/** Where states lead: targets that do not exist, states nobody reaches, machines that cannot end. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Report } from './report.ts';

interface Edge {
  target: string;
  location: string;
}

/** `location` is the group's own, '' for the machine. Assumes nothing about the shape of states. */
export function checkTransitions(report: Report, group: JsonObject, location: string): void {
  const states = group['States'];
  const startAt = group['StartAt'];
  if (!isJsonObject(states) || typeof startAt !== 'string') return;
  const edges = new Map<string, Edge[]>();
  for (const [name, state] of Object.entries(states)) {
    edges.set(name, isJsonObject(state) ? edgesOf(state, `${location}/States/${name}`) : []);
  }
  const all = [{ target: startAt, location: `${location}/StartAt` }, ...[...edges.values()].flat()];
  for (const edge of all) {
    // AWS says 'Next' wherever the target stands.
    if (!edges.has(edge.target)) {
      report.error('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${edge.target}`, edge.location);
    }
  }
  // Only the machine itself needs a terminal state; without one AWS does not look for unreachable states.
  if (location === '' && !Object.values(states).some(isTerminal)) {
    report.error('MISSING_END_STATE', 'Workflow has no terminal state');
    return;
  }
  const reached = reachable(startAt, edges);
  for (const name of edges.keys()) {
    if (!reached.has(name)) {
      report.error(
        'MISSING_TRANSITION_TARGET',
        `State "${name}" is not reachable.`,
        `${location}/States/${name}`,
      );
    }
  }
}

function edgesOf(state: JsonObject, location: string): Edge[] {
  const edges: Edge[] = [];
  const add = (target: unknown, at: string) => {
    if (typeof target === 'string') edges.push({ target, location: at });
  };
  add(state['Next'], `${location}/Next`);
  for (const field of ['Choices', 'Catch']) {
    const entries = state[field];
    if (!Array.isArray(entries)) continue;
    entries.forEach((entry, i) => {
      if (isJsonObject(entry)) add(entry['Next'], `${location}/${field}[${i}]/Next`);
    });
  }
  add(state['Default'], `${location}/Default`);
  return edges;
}

function isTerminal(state: unknown): boolean {
  if (!isJsonObject(state)) return false;
  return state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';
}

function reachable(start: string, edges: ReadonlyMap<string, readonly Edge[]>): Set<string> {
  const reached = new Set<string>();
  const pending = [start];
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { target } of edges.get(name) ?? []) pending.push(target);
  }
  return reached;
}

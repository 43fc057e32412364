import type { AccessRequest } from './evaluate.ts';

/** A policy document that can be written as JSON. */
export interface LeastPolicy {
  Version: '2012-10-17';
  Statement: { Effect: 'Allow'; Action: string[]; Resource: string[] }[];
}

/** Objects of one prefix beyond this number become one pattern. */
const MAX_SIBLINGS = 3;

/**
 * The least policy that would have allowed these calls: one statement for each set of actions that concern the
 * same resources. More than three siblings below one folder become `folder/*`.
 */
export function leastPolicy(calls: readonly Pick<AccessRequest, 'action' | 'resource'>[]): LeastPolicy {
  const resourcesByAction = new Map<string, Set<string>>();
  for (const { action, resource } of calls) {
    const resources = resourcesByAction.get(action) ?? new Set();
    resources.add(resource);
    resourcesByAction.set(action, resources);
  }
  const actionsByResources = new Map<string, { actions: string[]; resources: string[] }>();
  for (const [action, resources] of [...resourcesByAction].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folded = foldSiblings([...resources]);
    const key = folded.join('\n');
    const statement = actionsByResources.get(key) ?? { actions: [], resources: folded };
    statement.actions.push(action);
    actionsByResources.set(key, statement);
  }
  return {
    Version: '2012-10-17',
    Statement: [...actionsByResources.values()].map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  };
}

function foldSiblings(resources: string[]): string[] {
  const byFolder = new Map<string, string[]>();
  for (const resource of resources) {
    const folder = resource.slice(0, resource.lastIndexOf('/') + 1);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), resource]);
  }
  return [...byFolder]
    .flatMap(([folder, siblings]) =>
      folder !== '' && siblings.length > MAX_SIBLINGS ? [`${folder}*`] : siblings,
    )
    .sort();
}

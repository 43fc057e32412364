/**
 * The other way round: from the calls of a run, the least policy that would have allowed them. Pure.
 *
 * Resources are folded where names differ from run to run and listing them would be of no use: log streams,
 * executions, Map Runs and folders named after a UUID always, objects when more than three lie side by side.
 */
import type { AccessRequest } from './evaluate.ts';

/** A policy document that can be written as JSON. */
export interface LeastPolicy {
  Version: '2012-10-17';
  Statement: { Effect: 'Allow'; Action: string[]; Resource: string[] }[];
}

/** Names side by side in one folder beyond this number become one pattern. */
const MAX_SIBLINGS = 3;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const OBJECT = /^arn:[^:]*:s3:::[^/]+\//;

/** The least policy for these calls: one statement for each set of actions that concern the same resources. */
export function leastPolicy(calls: readonly Pick<AccessRequest, 'action' | 'resource'>[]): LeastPolicy {
  const resourcesByAction = new Map<string, Set<string>>();
  for (const { action, resource } of calls) {
    const resources = resourcesByAction.get(action) ?? new Set();
    resources.add(lasting(resource));
    resourcesByAction.set(action, resources);
  }
  const actionsByResources = new Map<string, { actions: string[]; resources: string[] }>();
  for (const [action, resources] of [...resourcesByAction].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folded = foldFolders([...resources]);
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

/** A resource whose own name is new in every run, as the pattern of its kind; others as they are. */
function lasting(resource: string): string {
  if (OBJECT.test(resource)) {
    return resource
      .split('/')
      .map((name) => (UUID.test(name) ? '*' : name))
      .join('/');
  }
  return resource
    .replace(/^(arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:]*):.*$/, '$1:*')
    .replace(/^(arn:[^:]*:states:[^:]*:[^:]*:(?:execution|express|mapRun):[^:/]*)([:/]).*$/, '$1$2*');
}

/** Folds objects from the deepest folder upwards, never above a bucket; other resources stay as they are. */
function foldFolders(resources: string[]): string[] {
  let objects = resources.filter((resource) => OBJECT.test(resource)).sort();
  const deepest = objects.reduce((most, object) => Math.max(most, object.split('/').length - 1), 0);
  for (let depth = deepest; depth >= 1; depth--) objects = foldAt(objects, depth);
  return [...resources.filter((resource) => !OBJECT.test(resource)), ...objects].sort();
}

/** Folders with `depth` slashes in their path: those with many names directly below become `folder/*`. */
function foldAt(patterns: string[], depth: number): string[] {
  const byFolder = new Map<string, { isWhole: boolean; names: Set<string>; patterns: string[] }>();
  for (const pattern of patterns) {
    const parts = pattern.split('/');
    const folder = parts.length > depth ? `${parts.slice(0, depth).join('/')}/` : '';
    const found = byFolder.get(folder) ?? { isWhole: false, names: new Set<string>(), patterns: [] };
    found.names.add(parts[depth] ?? pattern);
    found.isWhole ||= parts.length === depth + 1 && parts[depth] === '*';
    found.patterns.push(pattern);
    byFolder.set(folder, found);
  }
  return [...byFolder]
    .flatMap(([folder, { isWhole, names, patterns: below }]) =>
      folder !== '' && (names.size > MAX_SIBLINGS || isWhole) ? [`${folder}*`] : below,
    )
    .sort();
}

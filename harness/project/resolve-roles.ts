import { nearestName } from '../core/nearest-name.ts';
import type { Path } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import type { ProjectRole } from './project.ts';
import { readObject } from './read-object.ts';
import type { ProjectFields } from './schema.ts';

export function resolveRoles(
  roles: ProjectFields['roles'],
  context: ProjectContext,
): Record<string, ProjectRole> {
  const { mistakes } = context;
  return Object.fromEntries(
    Object.entries(roles).flatMap(([name, { policy, allow, managedPolicies }]): [string, ProjectRole][] => {
      if (policy === 'least') return [[name, { name, policy, allow, managedPolicies }]];
      const at: Path = ['roles', name, 'policy'];
      if (allow.length > 0)
        mistakes.at(
          ['roles', name, 'allow'],
          `the role ${name} has a policy file, and allow adds to least policies alone`,
          'write the statements into the policy file',
        );
      const document = readObject(policy, at, context);
      if (document === undefined) return [];
      if (!('Statement' in document))
        mistakes.at(
          at,
          `${policy} of the role ${name} is no policy document: it has no Statement`,
          'write {"Version": "2012-10-17", "Statement": [...]}',
        );
      return [[name, { name, policy: document, allow, managedPolicies }]];
    }),
  );
}

/** A mistake when `role` names none of the project's. */
export function requireRole(
  role: string | undefined,
  owner: Path,
  { roles, mistakes }: ProjectContext,
): void {
  if (role === undefined || roles.has(role)) return;
  const near = nearestName(role, roles);
  mistakes.at(
    [...owner, 'role'],
    `the project has no role named ${role}`,
    near === undefined ? `roles: ${[...roles].join(', ') || 'none'}` : `did you mean ${near}?`,
  );
}

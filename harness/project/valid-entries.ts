import { type ProjectFields, projectSchema } from './schema.ts';

const GROUPS = ['functions', 'layers', 'stateMachines', 'buckets', 'roles'] as const;
const REST = ['pack', 'activities', 'input'] as const;

/** What is well formed in a project file that is not: entry by entry, so that it can be looked into all the same. */
export function validEntries(raw: Record<string, unknown>): ProjectFields {
  const draft: Record<string, unknown> = { apiVersion: 'cosmicai/v1', kind: 'Project', name: 'invalid' };
  const isValid = (field: string, value: unknown) =>
    projectSchema.safeParse({ apiVersion: 'cosmicai/v1', kind: 'Project', name: 'invalid', [field]: value })
      .success;
  for (const field of REST) if (field in raw && isValid(field, raw[field])) draft[field] = raw[field];
  for (const field of GROUPS) {
    const group = raw[field];
    if (Array.isArray(group)) draft[field] = group.filter((one) => isValid(field, [one]));
    else if (typeof group === 'object' && group !== null)
      draft[field] = Object.fromEntries(
        Object.entries(group).filter(([name, one]) => isValid(field, { [name]: one })),
      );
  }
  return projectSchema.parse(draft);
}

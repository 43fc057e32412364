import { listAttachedPolicies } from '../principal-policies.ts';

export const listAttachedRolePolicies = listAttachedPolicies('Role');

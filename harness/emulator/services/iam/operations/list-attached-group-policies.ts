import { listAttachedPolicies } from '../principal-policies.ts';

export const listAttachedGroupPolicies = listAttachedPolicies('Group');

import { listAttachedPolicies } from '../principal-policies.ts';

export const listAttachedUserPolicies = listAttachedPolicies('User');

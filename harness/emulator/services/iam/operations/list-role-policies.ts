import { listInlinePolicies } from '../principal-policies.ts';

export const listRolePolicies = listInlinePolicies('Role');

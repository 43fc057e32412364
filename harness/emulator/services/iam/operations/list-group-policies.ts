import { listInlinePolicies } from '../principal-policies.ts';

export const listGroupPolicies = listInlinePolicies('Group');

import { listInlinePolicies } from '../principal-policies.ts';

export const listUserPolicies = listInlinePolicies('User');

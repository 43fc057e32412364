import { attachPolicy } from '../principal-policies.ts';

export const attachRolePolicy = attachPolicy('Role');

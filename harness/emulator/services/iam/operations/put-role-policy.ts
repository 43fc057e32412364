import { putInlinePolicy } from '../principal-policies.ts';

export const putRolePolicy = putInlinePolicy('Role');

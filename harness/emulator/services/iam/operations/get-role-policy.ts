import { getInlinePolicy } from '../principal-policies.ts';

export const getRolePolicy = getInlinePolicy('Role');

import { deleteInlinePolicy } from '../principal-policies.ts';

export const deleteRolePolicy = deleteInlinePolicy('Role');

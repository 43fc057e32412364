import { deleteInlinePolicy } from '../principal-policies.ts';

export const deleteUserPolicy = deleteInlinePolicy('User');

import { deleteInlinePolicy } from '../principal-policies.ts';

export const deleteGroupPolicy = deleteInlinePolicy('Group');

import { getInlinePolicy } from '../principal-policies.ts';

export const getGroupPolicy = getInlinePolicy('Group');

import { getInlinePolicy } from '../principal-policies.ts';

export const getUserPolicy = getInlinePolicy('User');

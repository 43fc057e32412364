import { putInlinePolicy } from '../principal-policies.ts';

export const putUserPolicy = putInlinePolicy('User');

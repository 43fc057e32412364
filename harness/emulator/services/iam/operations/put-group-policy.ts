import { putInlinePolicy } from '../principal-policies.ts';

export const putGroupPolicy = putInlinePolicy('Group');

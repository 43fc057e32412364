import { detachPolicy } from '../principal-policies.ts';

export const detachGroupPolicy = detachPolicy('Group');

import { detachPolicy } from '../principal-policies.ts';

export const detachUserPolicy = detachPolicy('User');

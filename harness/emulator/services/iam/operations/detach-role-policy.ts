import { detachPolicy } from '../principal-policies.ts';

export const detachRolePolicy = detachPolicy('Role');

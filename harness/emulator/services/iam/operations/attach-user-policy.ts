import { attachPolicy } from '../principal-policies.ts';

export const attachUserPolicy = attachPolicy('User');

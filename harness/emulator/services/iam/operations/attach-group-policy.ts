import { attachPolicy } from '../principal-policies.ts';

export const attachGroupPolicy = attachPolicy('Group');

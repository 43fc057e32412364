import type { Damage } from './damage.ts';

export const nan: Damage = { kind: 'nan', apply: () => Promise.reject(new Error('in progress')) };

import type { Damage } from './damage.ts';

export const hostile: Damage = { kind: 'hostile', apply: () => Promise.reject(new Error('in progress')) };

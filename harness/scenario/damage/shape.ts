import type { Damage } from './damage.ts';

export const shape: Damage = { kind: 'shape', apply: () => Promise.reject(new Error('in progress')) };

/** Registry of ways to spoil a partition. */
import type { Damage } from './damage.ts';
import { empty } from './empty.ts';
import { hostile } from './hostile.ts';
import { missing } from './missing.ts';
import { nan } from './nan.ts';
import { shape } from './shape.ts';
import { truncate } from './truncate.ts';

const damages = { truncate, nan, shape, hostile, missing, empty } satisfies Record<string, Damage>;
export type DamageKind = keyof typeof damages;

export const damageKinds = Object.keys(damages) as [DamageKind, ...DamageKind[]];

export const damageOf = (kind: DamageKind): Damage => damages[kind];

import { rm } from 'node:fs/promises';
import type { Damage } from './damage.ts';

/** The partition was never uploaded. */
export const missing: Damage = {
  kind: 'missing',
  async apply(file) {
    await rm(file);
    return false;
  },
};

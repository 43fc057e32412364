import { truncate } from 'node:fs/promises';
import type { Damage } from './damage.ts';

/** A file of no bytes. */
export const empty: Damage = {
  kind: 'empty',
  async apply(file) {
    await truncate(file, 0);
    return true;
  },
};

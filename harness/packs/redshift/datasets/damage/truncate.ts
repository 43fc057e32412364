import { stat, truncate as truncateFile } from 'node:fs/promises';
import type { Damage } from './damage.ts';

/** The last third is gone, as after an upload that broke off. */
export const truncate: Damage = {
  kind: 'truncate',
  async apply(file) {
    const { size } = await stat(file);
    await truncateFile(file, Math.floor((size * 2) / 3));
    return true;
  },
};

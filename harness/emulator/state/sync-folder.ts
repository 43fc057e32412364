import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** Makes the creation, renaming or removal of `path` durable: a folder has to be flushed for that. */
export function syncFolder(path: string): void {
  const fd = fs.openSync(dirname(path), 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that it is whole or absent, also when two processes write it. */
export function writeWhole(file: string, contents: Uint8Array | string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}

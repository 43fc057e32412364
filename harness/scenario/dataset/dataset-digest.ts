/** One digest of a dataset: what evidence names it by. */
import { createHash } from 'node:crypto';
import { mapWithLimit } from '../../core/map-with-limit.ts';
import type { DatasetFile } from './dataset-kind.ts';
import { sha256OfFile } from './sealed-folder.ts';

/** Files hashed at once. */
const PARALLEL = 4;

/** The files with the SHA-256 of each that lies on this machine. */
export function withSha256(files: readonly DatasetFile[]): Promise<DatasetFile[]> {
  return mapWithLimit(files, PARALLEL, async (file) => {
    const isHere = file.sha256 === undefined && file.missing === undefined;
    return isHere ? { ...file, sha256: await sha256OfFile(file.path) } : file;
  });
}

/** SHA-256, hexadecimal, of names, sizes and contents; of objects that are read in place, of their ETags. */
export function datasetSha256(
  files: readonly Pick<DatasetFile, 'name' | 'sizeBytes' | 'sha256' | 'etag' | 'missing'>[],
): string {
  const lines = files.map(({ name, sizeBytes, sha256, etag, missing }) =>
    JSON.stringify([name, missing ? 'missing' : sizeBytes, sha256 ?? etag ?? '']),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

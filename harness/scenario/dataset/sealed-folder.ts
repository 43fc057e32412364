/**
 * Folders of the cache whose files never change. A seal beside them, written last, holds size and SHA-256 of each: a
 * folder that is not whole, or in which a byte has changed, counts as absent and is made again.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { wallClock } from '../../core/clock.ts';
import { mapWithLimit } from '../../core/map-with-limit.ts';
import { hashFile } from './hash-file.ts';

export const SEAL = 'seal.json';

/** Files checked at once. */
const PARALLEL = 4;

const fileSchema = z.strictObject({
  name: z.string().regex(/^[^/\\\0]+$/),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  /** What else is known of the file, such as its number of samples. */
  members: z.record(z.string(), z.json()).optional(),
});
const sealSchema = z.strictObject({
  /** Of the JSON text of `files`. */
  sha256: z.string(),
  files: z.array(fileSchema),
});
export type SealedFile = z.output<typeof fileSchema>;

/** Seals files of a folder; answers what the seal says of them. */
export async function sealFolder(
  folder: string,
  files: readonly Pick<SealedFile, 'name' | 'members'>[],
): Promise<SealedFile[]> {
  const sealed = await mapWithLimit(files, PARALLEL, async ({ name, members }): Promise<SealedFile> => {
    const path = join(folder, name);
    const { size } = await stat(path);
    return { name, sizeBytes: size, sha256: await sha256OfFile(path), ...(members ? { members } : {}) };
  });
  const temporary = join(folder, `${SEAL}.${process.pid}.tmp`);
  await writeFile(temporary, JSON.stringify({ sha256: digestOf(sealed), files: sealed }));
  await rename(temporary, join(folder, SEAL));
  return sealed;
}

/** The files of a sealed folder, every byte checked; undefined when it is not whole or not as it was sealed. */
export async function openSealed(folder: string): Promise<SealedFile[] | undefined> {
  try {
    const { sha256, files } = sealSchema.parse(JSON.parse(await readFile(join(folder, SEAL), 'utf8')));
    if (sha256 !== digestOf(files)) return undefined;
    const isAsSealed = async (file: SealedFile) => {
      const path = join(folder, file.name);
      return (await stat(path)).size === file.sizeBytes && (await sha256OfFile(path)) === file.sha256;
    };
    return (await mapWithLimit(files, PARALLEL, isAsSealed)).every(Boolean) ? files : undefined;
  } catch {
    return undefined;
  }
}

const digestOf = (files: readonly SealedFile[]) =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex');

/** Digests of this process, by path and what the file system says of the file. */
const known = new Map<string, { state: string; sha256: Promise<string> }>();

/**
 * A file that was changed so recently may change again without a new time: file systems count in ticks of some
 * milliseconds, FAT in 2 s.
 */
const SETTLED_MS = 2_500;

/** SHA-256 of a file's bytes, hexadecimal; read again only when the file has changed. */
export async function sha256OfFile(file: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ctimeMs, ino } = await stat(file, { bigint: true });
  const state = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  const before = known.get(file);
  if (before?.state === state) return before.sha256;
  const sha256 = hashFile(file, Number(size));
  if (wallClock().nowMs() - Number(ctimeMs) < SETTLED_MS) return sha256;
  known.set(file, { state, sha256 });
  sha256.catch(() => known.delete(file));
  return sha256;
}

/**
 * Folders of the cache whose files never change. A seal beside them, written last, holds size and SHA-256 of each: a
 * folder that is not whole, or in which a byte has changed, counts as absent and is made again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

export const SEAL = 'seal.json';

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
  const sealed: SealedFile[] = [];
  for (const { name, members } of files) {
    const path = join(folder, name);
    const { size } = await stat(path);
    sealed.push({ name, sizeBytes: size, sha256: await sha256OfFile(path), ...(members ? { members } : {}) });
  }
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
    for (const file of files) {
      const path = join(folder, file.name);
      if ((await stat(path)).size !== file.sizeBytes) return undefined;
      if ((await sha256OfFile(path)) !== file.sha256) return undefined;
    }
    return files;
  } catch {
    return undefined;
  }
}

const digestOf = (files: readonly SealedFile[]) =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex');

/** Digests of this process, by path and what the file system says of the file. */
const known = new Map<string, { state: string; sha256: Promise<string> }>();

/** SHA-256 of a file's bytes, hexadecimal; read again only when the file has changed. */
export async function sha256OfFile(file: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(file, { bigint: true });
  const state = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  const before = known.get(file);
  if (before?.state === state) return before.sha256;
  const sha256 = hashFile(file);
  known.set(file, { state, sha256 });
  sha256.catch(() => known.delete(file));
  return sha256;
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

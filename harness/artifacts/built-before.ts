/**
 * Zips that need not be made again: beside each is the list of files and folders that went into it, with their sizes
 * and times of change. One that differs, or is gone, and the package is made anew.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version as esbuildVersion } from 'esbuild';
import type { Json } from '../core/json.ts';
import type { CodeArtifact } from './code-artifact.ts';
import { sha256Base64 } from './digest.ts';
import { writeWhole } from './write-whole.ts';

interface Kept {
  /** Size in bytes and time of change in ms of every file, by path. */
  inputs: { [path: string]: [number, number] };
  artifact: CodeArtifact;
}

/** What a zip depends on beside its sources. */
export interface BuildIdentity {
  name: string;
  /** Everything else: kind of code, target, settings, format of the zips. */
  settings: Json;
}

const fileOf = (cacheFolder: string, identity: BuildIdentity): string => {
  const text = JSON.stringify({ ...identity, esbuildVersion });
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return join(cacheFolder, `${identity.name}-${digest}.inputs.json`);
};

/** What the file system calls now, ms: the clock that times of change are told by. */
export function fileClockMs(folder: string): number {
  const file = join(folder, `.clock-${process.pid}`);
  writeFileSync(file, '');
  const { mtimeMs } = statSync(file);
  rmSync(file, { force: true });
  return mtimeMs;
}

/** The artifact as it was built, if nothing that went into it has changed since. */
export function builtBefore(cacheFolder: string, identity: BuildIdentity): CodeArtifact | undefined {
  let kept: Kept;
  try {
    kept = JSON.parse(readFileSync(fileOf(cacheFolder, identity), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
  const { artifact, inputs } = kept;
  if (!isWhole(artifact)) return undefined;
  for (const [path, [sizeBytes, changedMs]] of Object.entries(inputs)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats || stats.size !== sizeBytes || stats.mtimeMs !== changedMs) return undefined;
  }
  return artifact;
}

/** Every byte is looked at: a zip that was damaged in the cache is neither run nor attested. */
function isWhole({ zipFile, sizeBytes, sha256 }: CodeArtifact): boolean {
  const stats = statSync(zipFile, { throwIfNoEntry: false });
  return stats?.size === sizeBytes && sha256Base64(readFileSync(zipFile)) === sha256;
}

/** Remembers an artifact with the state its inputs had when they were read. */
export function rememberBuilt(
  cacheFolder: string,
  identity: BuildIdentity,
  built: { artifact: CodeArtifact; inputs: readonly string[]; startedAtMs: number },
): void {
  const inputs: Kept['inputs'] = {};
  for (const path of built.inputs) {
    const { size, mtimeMs } = statSync(path);
    // Changed while it was read: which bytes went in is not known.
    if (mtimeMs >= built.startedAtMs) return;
    inputs[path] = [size, mtimeMs];
  }
  const kept: Kept = { artifact: built.artifact, inputs };
  writeWhole(fileOf(cacheFolder, identity), JSON.stringify(kept));
}

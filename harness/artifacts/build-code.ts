/** The zip of one function or layer, from its cache when nothing that went into it has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Json } from '../core/json.ts';
import { AWS_LIMITS } from '../core/limits.ts';
import type { ProjectFunction, ProjectLayer } from '../project/project.ts';
import { actionsIn } from './aws-calls.ts';
import { builtBefore, fileClockMs, rememberBuilt } from './built-before.ts';
import type { CodeArtifact } from './code-artifact.ts';
import { sha256Base64 } from './digest.ts';
import { PACKAGERS } from './packaging/index.ts';
import { packageLayer } from './packaging/layer.ts';
import { type BuildTarget, type PackageContents, PackagingError } from './packaging/package-request.ts';
import { requireHandler, zipDirectory } from './packaging/prebuilt-zip.ts';
import { readFiles } from './packaging/read-folder.ts';
import { writeWhole } from './write-whole.ts';
import { renderZip, type ZipEntry } from './zip.ts';

/** Part of every cache key: raised when the packagers or the zip writer change. */
const FORMAT = 'package-2';

export interface CodeOptions {
  cacheFolder: string;
  target: BuildTarget;
  /** Folder of the project. */
  root: string;
}

/** @throws PackagingError */
export async function buildFunction(fn: ProjectFunction, options: CodeOptions): Promise<CodeArtifact> {
  const { name, runtime, handler, code, files, entries, packages } = fn;
  if (code.kind === 'zip') {
    requireHandler(code.path, fn);
    if (Object.keys(files).length === 0) return prebuilt(name, code.path, options);
  }
  const settings = { kind: 'function', code, runtime, handler, files, entries, packages } as unknown as Json;
  return cached(name, settings, options, async () => {
    const more = readFiles(files);
    const made =
      code.kind === 'zip'
        ? { entries: unzipped(code.path), packages: [], inputs: [code.path] }
        : await PACKAGERS[code.kind]({ ...fn, ...options });
    return {
      ...made,
      entries: joined(name, made.entries, more.entries),
      inputs: [...made.inputs, ...more.inputs],
    };
  });
}

/** `runtime`: that of the functions which use the layer. @throws PackagingError */
export async function buildLayer(
  layer: ProjectLayer,
  runtime: string,
  options: CodeOptions,
): Promise<CodeArtifact> {
  if (layer.kind === 'zip') return prebuilt(layer.name, layer.path, options);
  const settings = { kind: 'layer', path: layer.path, runtime };
  return cached(layer.name, settings, options, () => packageLayer({ layer, runtime, ...options }));
}

async function cached(
  name: string,
  settings: Json,
  { cacheFolder, target, root }: CodeOptions,
  make: () => Promise<PackageContents>,
): Promise<CodeArtifact> {
  const identity = { name, settings: [FORMAT, settings, { ...target }, root] };
  const before = builtBefore(cacheFolder, identity);
  if (before) return requireUnzippedSize(before);
  const startedAtMs = fileClockMs(cacheFolder);
  const { entries, own = entries, packages, inputs } = await make();
  const sizes = entries.map((entry) => ({ name: entry.name, sizeBytes: entry.bytes.length }));
  const zipFile = join(cacheFolder, `${name}-${contentKey(entries)}.zip`);
  const artifact = requireUnzippedSize({
    name,
    zipFile,
    sha256: '',
    sizeBytes: 0,
    unzippedBytes: sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    entries: sizes,
    packages,
    actions: actionsIn(own),
  });
  const cachedZip = wholeZip(zipFile);
  const zip = cachedZip ?? renderZip(entries);
  const sha256 = sha256Base64(zip);
  if (!cachedZip) {
    writeWhole(zipFile, zip);
    writeWhole(`${zipFile}.sha256`, sha256);
  }
  Object.assign(artifact, { sha256, sizeBytes: zip.length });
  rememberBuilt(cacheFolder, identity, { artifact, inputs, startedAtMs });
  return artifact;
}

/** A zip of the cache whose bytes are those that were written; its name alone does not say so. */
function wholeZip(file: string): Uint8Array | undefined {
  try {
    const zip = readFileSync(file);
    return sha256Base64(zip) === readFileSync(`${file}.sha256`, 'utf8') ? zip : undefined;
  } catch {
    return undefined;
  }
}

/** Copied into the cache under its digest: what is deployed from there never changes. */
function prebuilt(name: string, file: string, { cacheFolder }: CodeOptions): CodeArtifact {
  const bytes = readFileSync(file);
  const copy = join(
    cacheFolder,
    `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.zip`,
  );
  if (!existsSync(copy) || !readFileSync(copy).equals(bytes)) writeWhole(copy, bytes);
  return zipArtifact(name, copy, { packages: [] });
}

/** A zip that is there already, digested from its bytes; `actions` may narrow what its text says. @throws PackagingError */
export function zipArtifact(
  name: string,
  zipFile: string,
  known: { packages: CodeArtifact['packages']; actions?: readonly string[] },
): CodeArtifact {
  const zip = readFileSync(zipFile);
  const entries = zipDirectory(zipFile, zip);
  const artifact = requireUnzippedSize({
    name,
    zipFile,
    sha256: sha256Base64(zip),
    sizeBytes: zip.length,
    unzippedBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    entries,
    packages: known.packages,
    actions: [],
  });
  const found = actionsIn(scriptsIn(zip));
  return { ...artifact, actions: found.filter((action) => known.actions?.includes(action) ?? true) };
}

function unzipped(file: string): ZipEntry[] {
  return Object.entries(unzipSync(readFileSync(file)))
    .filter(([name]) => !name.endsWith('/'))
    .map(([name, bytes]) => ({ name, bytes, executable: extname(name) === '' }));
}

/** Code in a zip, for what it calls; none when it is damaged, which its digest tells. */
function scriptsIn(zip: Uint8Array): ZipEntry[] {
  try {
    const scripts = unzipSync(zip, { filter: ({ name }) => /\.(?:[cm]?js|py|rb|sh)$/.test(name) });
    return Object.entries(scripts).map(([name, bytes]) => ({ name, bytes }));
  } catch {
    return [];
  }
}

function joined(name: string, made: readonly ZipEntry[], more: readonly ZipEntry[]): ZipEntry[] {
  const names = new Set(made.map((entry) => entry.name));
  const twice = more.find((entry) => names.has(entry.name));
  if (twice)
    throw new PackagingError(
      `the package of ${name} would hold two files named ${twice.name}`,
      'give the one under files another path',
    );
  return [...made, ...more];
}

/** Digest of names, modes and contents. */
function contentKey(entries: readonly ZipEntry[]): string {
  const hash = createHash('sha256').update(FORMAT);
  for (const { name, bytes, executable } of entries) {
    hash.update(`\0${name}\0${executable ? 'x' : '-'}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}

/** @throws PackagingError for a package that Lambda would refuse however it is uploaded */
function requireUnzippedSize(artifact: CodeArtifact): CodeArtifact {
  const limit = AWS_LIMITS.lambdaUnzippedBytes.value;
  if (artifact.unzippedBytes <= limit) return artifact;
  const largest = [...artifact.entries].sort((a, b) => b.sizeBytes - a.sizeBytes)[0];
  throw new PackagingError(
    `the package of ${artifact.name} has ${megabytes(artifact.unzippedBytes)} unzipped, and Lambda takes ${megabytes(limit)}`,
    `leave out what the function does not need; the largest file is ${largest?.name} with ${megabytes(largest?.sizeBytes ?? 0)}`,
  );
}

export const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

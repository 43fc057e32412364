/**
 * Artifacts as files that may travel from the machine that proved them to the one that promotes them: zips with their
 * bills of materials, definitions, objects and `manifest.json`. What is read back is digested anew from the bytes; the
 * manifest, which says what there is, is compared with what was attested as everything else is.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { type ArtifactSet, type StateMachineArtifact, stateMachineArtifact } from './build-artifacts.ts';
import { zipArtifact } from './build-code.ts';
import type { CodeArtifact } from './code-artifact.ts';
import { canonicalJson, sha256Base64 } from './digest.ts';
import { MANIFEST, type Manifest, manifestOf, manifestSchema } from './manifest.ts';
import { PackagingError } from './packaging/package-request.ts';
import { sbomOf } from './sbom.ts';

/** Writes all artifacts with their bills of materials into `folder`. `project` names and versions them in those. */
export function writeArtifactFolder(
  folder: string,
  artifacts: ArtifactSet,
  project: { name: string; version: string },
): void {
  const write = (name: string, value: unknown) => {
    const file = within(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  };
  const copy = (from: string, name: string) => {
    const file = within(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(from, file);
  };
  for (const kind of ['functions', 'layers'] as const) {
    for (const artifact of Object.values(artifacts[kind])) {
      copy(artifact.zipFile, `${kind}/${artifact.name}.zip`);
      write(`${kind}/${artifact.name}.cdx.json`, sbomOf(artifact, project));
    }
  }
  for (const { name, definition } of Object.values(artifacts.stateMachines))
    write(`stateMachines/${name}.asl.json`, definition);
  for (const one of artifacts.objects) copy(one.file, objectPath(one));
  write(MANIFEST, manifestOf(artifacts));
}

/** Reads a folder back. HarnessError when something is missing or a zip is none, or beyond AWS's size. */
export function readArtifactFolder(folder: string): ArtifactSet {
  const manifest = readManifest(folder);
  const codeOf = (kind: 'functions' | 'layers') =>
    Object.fromEntries(
      manifest[kind].map(({ name, packages, actions }) => [
        name,
        readZip(within(folder, `${kind}/${name}.zip`), name, { packages, actions }),
      ]),
    );
  const artifacts: ArtifactSet = {
    target: manifest.target,
    declared: manifest as unknown as Json,
    functions: codeOf('functions'),
    layers: codeOf('layers'),
    stateMachines: Object.fromEntries(
      manifest.stateMachines.map(({ name }) => [
        name,
        readMachine(within(folder, `stateMachines/${name}.asl.json`), name),
      ]),
    ),
    objects: manifest.objects.map(({ bucket, prefix, name }) => {
      const file = within(folder, objectPath({ bucket, prefix, name }));
      const bytes = readBytes(file);
      return { bucket, prefix, name, file, sha256: sha256Base64(bytes), sizeBytes: bytes.length };
    }),
  };
  for (const kind of ['functions', 'layers'] as const)
    for (const entry of manifest[kind]) requireSbom(folder, kind, entry);
  return artifacts;
}

/** A bill of materials may be left out; one that is there says what the manifest says of the zip. */
function requireSbom(
  folder: string,
  kind: 'functions' | 'layers',
  artifact: Manifest['functions'][number],
): void {
  const file = within(folder, `${kind}/${artifact.name}.cdx.json`);
  if (!existsSync(file)) return;
  let found: Json;
  try {
    found = JSON.parse(readBytes(file).toString('utf8'));
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  const component = isJsonObject(found) && isJsonObject(found['metadata']) && found['metadata']['component'];
  const { name, version } = isJsonObject(component) ? component : {};
  const suffix = `-${artifact.name}`;
  const project = String(name ?? '');
  if (!project.endsWith(suffix)) throw unreadable(file, 'it is no bill of materials of this artifact');
  const named = { name: project.slice(0, -suffix.length), version: String(version ?? '') };
  if (canonicalJson(found) !== canonicalJson(sbomOf({ ...artifact, sha256: artifact.codeSha256 }, named)))
    throw unreadable(file, 'it does not agree with the manifest');
}

const objectPath = ({ bucket, prefix, name }: { bucket: string; prefix: string; name: string }) =>
  `objects/${bucket}/${prefix}${name}`;

/** No name in a manifest leads out of its folder. */
function within(folder: string, name: string): string {
  const file = join(folder, name);
  if (!relative(folder, file).startsWith('..')) return file;
  throw unreadable(file, 'it is outside the folder');
}

/** The manifest in `place`, a folder or the file itself. */
export function readManifest(place: string): Manifest {
  const file = basename(place).endsWith('.json') ? place : join(place, MANIFEST);
  let problem: string;
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(readBytes(file).toString('utf8')));
    if (parsed.success) return parsed.data;
    problem = 'it is no manifest of artifacts';
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    problem = (error as Error).message;
  }
  throw unreadable(file, problem);
}

function readBytes(file: string): Buffer {
  if (!existsSync(file)) throw unreadable(file, 'there is none');
  return readFileSync(file);
}

function readMachine(file: string, name: string): StateMachineArtifact {
  let problem = 'it holds no JSON object';
  const text = readBytes(file).toString('utf8');
  try {
    const definition = JSON.parse(text);
    if (isJsonObject(definition)) return stateMachineArtifact(name, definition);
  } catch (error) {
    problem = (error as Error).message;
  }
  throw unreadable(file, problem);
}

function readZip(
  file: string,
  name: string,
  known: Pick<CodeArtifact, 'packages' | 'actions'>,
): CodeArtifact {
  readBytes(file);
  try {
    return zipArtifact(name, file, known);
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    throw unreadable(file, error.message.replace(`${file} is`, 'it is'));
  }
}

function unreadable(file: string, problem: string): HarnessError {
  return new HarnessError('artifacts-unreadable', `${file} cannot be read: ${problem}`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: 'name a folder that "cosmicai artifacts --out FOLDER" has written',
  });
}

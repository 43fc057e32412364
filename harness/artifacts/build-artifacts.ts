/**
 * Builds what a project deploys: a zip per function and layer, the definitions of its state machines and the objects
 * of its buckets, each with its digest. Zips are kept in a cache folder under the digest of their contents, for
 * compressing native libraries takes seconds.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import type { Json, JsonObject } from '../core/json.ts';
import { AWS_LIMITS } from '../core/limits.ts';
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import type { Path } from '../document/source.ts';
import type { Project, ProjectFunction } from '../project/project.ts';
import { buildFunction, buildLayer, type CodeOptions, megabytes } from './build-code.ts';
import type { CodeArtifact } from './code-artifact.ts';
import { canonicalJson, sha256Base64 } from './digest.ts';
import { type BuildTarget, PackagingError } from './packaging/package-request.ts';
import { readFolder } from './packaging/read-folder.ts';

export interface StateMachineArtifact {
  name: string;
  /** Definition with its `${...}` placeholders. */
  definition: JsonObject;
  /** Of the canonical text, placeholders included. */
  sha256: string;
  sizeBytes: number;
}

/** A file that a deployment puts into a bucket. */
export interface ObjectArtifact {
  /** Name of the project's bucket. */
  bucket: string;
  /** Key or prefix in the project file, and what follows it. */
  prefix: string;
  name: string;
  file: string;
  sha256: string;
  sizeBytes: number;
}

/** All that a deployment needs, by digest; records are by name, in the order of the project. */
export interface ArtifactSet {
  target: BuildTarget;
  functions: Record<string, CodeArtifact>;
  layers: Record<string, CodeArtifact>;
  stateMachines: Record<string, StateMachineArtifact>;
  objects: ObjectArtifact[];
  /** Of artifacts read from a folder: its manifest, which may disagree with the bytes. */
  declared?: Json;
}

export interface BuildOptions {
  project: Project;
  cacheFolder: string;
  target: BuildTarget;
}

/** Builds all artifacts. @throws InvalidDocument with everything that cannot be built, exit code 2 */
export async function buildArtifacts({ project, cacheFolder, target }: BuildOptions): Promise<ArtifactSet> {
  mkdirSync(cacheFolder, { recursive: true });
  const options: CodeOptions = { cacheFolder, target, root: project.folder };
  const mistakes: Diagnostic[] = [];
  const attempt = async <Made>(path: Path, make: () => Promise<Made>): Promise<Made | undefined> => {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      mistakes.push(project.source.diagnose(path, error.message, { at: 'value', hint: error.hint }));
      return undefined;
    }
  };
  const [functions, layers] = await Promise.all([
    perName(project.functions, (fn) =>
      attempt(['functions', fn.name, 'code'], () => buildFunction(fn, options)),
    ),
    perName(project.layers, (layer) =>
      attempt(['layers', layer.name, 'code'], () =>
        buildLayer(layer, runtimeOf(project, layer.name), options),
      ),
    ),
  ]);
  for (const fn of Object.values(project.functions))
    mistakes.push(...tooLarge(project, fn, functions, layers));
  if (mistakes.length > 0) throw new InvalidDocument(mistakes.sort((a, b) => a.line - b.line));
  return {
    target,
    functions,
    layers,
    stateMachines: Object.fromEntries(
      Object.values(project.stateMachines).map(({ name, definition }) => [
        name,
        stateMachineArtifact(name, definition),
      ]),
    ),
    objects: objectsOf(project),
  };
}

async function perName<Value, Made>(
  values: Readonly<Record<string, Value>>,
  make: (value: Value) => Promise<Made | undefined>,
): Promise<Record<string, Made>> {
  const made = await Promise.all(
    Object.entries(values).map(async ([name, value]) => [name, await make(value)] as const),
  );
  return Object.fromEntries(
    made.filter((one): one is readonly [string, Awaited<Made>] => one[1] !== undefined),
  );
}

/** Runtime of the functions that use a layer; wheels are made for it. */
function runtimeOf({ functions, layers }: Project, layer: string): string {
  const users = Object.values(functions).filter((fn) => fn.layers.includes(layer));
  return users[0]?.runtime ?? layers[layer]?.runtimes[0] ?? 'python3.13';
}

/** A function and its layers share Lambda's 250 MB. */
function tooLarge(
  { source }: Project,
  fn: ProjectFunction,
  functions: Readonly<Record<string, CodeArtifact>>,
  layers: Readonly<Record<string, CodeArtifact>>,
): Diagnostic[] {
  if (fn.layers.length === 0) return [];
  const sum = [functions[fn.name], ...fn.layers.map((name) => layers[name])].reduce(
    (bytes, one) => bytes + (one?.unzippedBytes ?? 0),
    0,
  );
  const limit = AWS_LIMITS.lambdaUnzippedBytes.value;
  if (sum <= limit) return [];
  return [
    source.diagnose(
      ['functions', fn.name, 'layers'],
      `the function ${fn.name} and its layers have ${megabytes(sum)} unzipped, and Lambda takes ${megabytes(limit)}`,
      { at: 'value', hint: 'leave out what the function does not need' },
    ),
  ];
}

/** Equal documents have equal digests however they are written. */
export function stateMachineArtifact(name: string, definition: JsonObject): StateMachineArtifact {
  const canonical = canonicalJson(definition);
  return { name, definition, sha256: sha256Base64(canonical), sizeBytes: Buffer.byteLength(canonical) };
}

function objectsOf({ buckets }: Project): ObjectArtifact[] {
  return Object.values(buckets).flatMap(({ name: bucket, objects }) =>
    Object.entries(objects).flatMap(([prefix, { path }]) => {
      const files = statSync(path).isDirectory()
        ? readFolder(path).inputs.filter((file) => statSync(file).isFile())
        : [path];
      return files.map((file) => {
        const bytes = readFileSync(file);
        const name = file === path ? '' : file.slice(path.length + 1).replaceAll('\\', '/');
        return { bucket, prefix, name, file, sha256: sha256Base64(bytes), sizeBytes: bytes.length };
      });
    }),
  );
}

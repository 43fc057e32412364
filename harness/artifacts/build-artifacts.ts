/**
 * Builds what is deployed: a zip per function, the state machine's definition and the model, each with its
 * digest. Zips are kept in a cache folder under the digest of their contents, for compressing the native library
 * takes seconds, with the list of what went into each: a function is bundled again when any of that changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { AWS_LIMITS } from '../core/limits.ts';
import { packageRoot } from '../core/package-root.ts';
import { type BuildIdentity, builtBefore, fileClockMs, rememberBuilt } from './built-before.ts';
import { type BuildTarget, bundleLambda, LAMBDA_NAMES, type LambdaName } from './bundle.ts';
import { canonicalJson, sha256Base64 } from './digest.ts';
import type { LambdaArtifact } from './lambda-artifact.ts';
import { writeWhole } from './write-whole.ts';
import { renderZip, type ZipEntry } from './zip.ts';

/** Part of every cache key: raised when the zip writer changes. */
const ZIP_FORMAT = 'zip-1';

export interface StateMachineArtifact {
  /** Definition with its `${...}` placeholders. */
  definition: JsonObject;
  /** Of the canonical text, placeholders included. */
  sha256: string;
  sizeBytes: number;
}

export interface ModelArtifact {
  /** Files of the model folder, `model.onnx` among them. */
  files: { name: string; file: string; sizeBytes: number; sha256: string }[];
  /** Digest of the `.onnx` file. */
  sha256: string;
  sizeBytes: number;
  /** Name of the `.onnx` file when it lies in the zip of inference, under `model/`, and not in S3. */
  bundled?: string;
}

type ModelPlace = 's3' | 'bundle';

/** All that a deployment needs, by digest. */
export interface ArtifactSet {
  target: BuildTarget;
  lambdas: Record<LambdaName, LambdaArtifact>;
  stateMachine: StateMachineArtifact;
  model: ModelArtifact;
}

export interface BuildOptions {
  cacheFolder: string;
  target: BuildTarget;
  /** Folder with `lambdas/` and `statemachine/`; default: this package. */
  root?: string;
  /** Folder with the `.onnx` file; default `lambdas/inference/model`. */
  modelFolder?: string;
  /** Where the model goes: to S3, as the original has it (default), or into the zip of inference. */
  modelIn?: ModelPlace;
  /** Sources that stand in for a function's own `lambdas/<name>/index.ts`, absolute. */
  handlers?: Partial<Record<LambdaName, string>>;
}

/** Builds all artifacts. HarnessError when a source is missing, does not compile, or a zip is beyond AWS's size. */
export async function buildArtifacts(options: BuildOptions): Promise<ArtifactSet> {
  const root = options.root ?? packageRoot();
  mkdirSync(options.cacheFolder, { recursive: true });
  const model = readModel(options.modelFolder ?? join(root, 'lambdas', 'inference', 'model'));
  if (options.modelIn === 'bundle') model.bundled = onnxOf(model).name;
  const built = await Promise.all(
    LAMBDA_NAMES.map(
      async (name) => [name, await buildLambda(root, name, options, modelWithin(name, model))] as const,
    ),
  );
  return {
    target: options.target,
    lambdas: Object.fromEntries(built) as Record<LambdaName, LambdaArtifact>,
    stateMachine: readStateMachine(join(root, 'statemachine', 'cosmicai.asl.json')),
    model,
  };
}

/** The model, if it lies in the zip of this function. */
const modelWithin = (name: LambdaName, model: ModelArtifact) =>
  name === 'inference' && model.bundled !== undefined ? model : undefined;

const onnxOf = (model: ModelArtifact) => model.files.find(({ name }) => name.endsWith('.onnx'))!;

/** The model as an entry of the zip. */
function modelEntry(model: ModelArtifact): ZipEntry {
  const { name, file } = onnxOf(model);
  return { name: `model/${name}`, bytes: readFileSync(file) };
}

async function buildLambda(
  root: string,
  name: LambdaName,
  options: BuildOptions,
  bundled: ModelArtifact | undefined,
): Promise<LambdaArtifact> {
  const { cacheFolder, target } = options;
  const handler = options.handlers?.[name];
  const identity: BuildIdentity = { root, target, name, handler, model: bundled?.sha256, format: ZIP_FORMAT };
  const before = builtBefore(cacheFolder, identity);
  if (before) return before;
  const startedAtMs = fileClockMs(cacheFolder);
  const {
    entries: bundle,
    inputs,
    packages,
  } = await bundleLambda(root, name, target, handler).catch((error: Error) => {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('bundle-failed', `the function ${name} does not build: ${error.message.trim()}`, {
      exitCode: ExitCode.inputWrong,
      location: { file: handler ?? `lambdas/${name}/index.ts` },
      remedy: 'correct the source; npx tsc --noEmit names the place',
      cause: error,
    });
  });
  const entries = bundled ? [...bundle, modelEntry(bundled)] : bundle;
  const zipFile = join(cacheFolder, `${name}-${contentKey(entries)}.zip`);
  if (!existsSync(zipFile)) writeWhole(zipFile, renderZip(entries));
  const zip = readFileSync(zipFile);
  const sizes = entries.map((entry) => ({ name: entry.name, sizeBytes: entry.bytes.length }));
  const artifact = {
    name,
    zipFile,
    sha256: sha256Base64(zip),
    sizeBytes: zip.length,
    unzippedBytes: sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    entries: sizes,
    packages,
  };
  requireDeployable(artifact);
  rememberBuilt(cacheFolder, identity, { artifact, inputs, startedAtMs });
  return artifact;
}

/** Digest of names, modes and contents. */
function contentKey(entries: readonly ZipEntry[]): string {
  const hash = createHash('sha256').update(ZIP_FORMAT);
  for (const { name, bytes, executable } of entries) {
    hash.update(`\0${name}\0${executable ? 'x' : '-'}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}

/** @throws HarnessError `package-too-large` for a zip that Lambda would refuse */
export function requireDeployable({ name, sizeBytes, unzippedBytes }: LambdaArtifact): void {
  const { lambdaZippedBytes, lambdaUnzippedBytes } = AWS_LIMITS;
  if (sizeBytes <= lambdaZippedBytes.value && unzippedBytes <= lambdaUnzippedBytes.value) return;
  throw new HarnessError(
    'package-too-large',
    `the zip of ${name} has ${sizeBytes} bytes (${unzippedBytes} unzipped); ` +
      `Lambda takes ${lambdaZippedBytes.value} (${lambdaUnzippedBytes.value})`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'leave a bundled model to S3 (modelIn: s3), dependencies out of the function or in a layer',
    },
  );
}

/** Reads a definition; equal documents have equal digests however they are written. */
export function readStateMachine(file: string): StateMachineArtifact {
  const definition = parseDefinition(file);
  const canonical = canonicalJson(definition);
  return { definition, sha256: sha256Base64(canonical), sizeBytes: Buffer.byteLength(canonical) };
}

function parseDefinition(file: string): JsonObject {
  let problem = 'it holds no JSON object';
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Json;
    if (isJsonObject(value)) return value;
  } catch (error) {
    problem = (error as Error).message;
  }
  throw new HarnessError('bad-definition', `the state machine cannot be read: ${problem}`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: 'write the definition as JSON',
  });
}

/** The model folder: its one `.onnx` file and what describes it. */
export function readModel(folder: string): ModelArtifact {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => /\.(onnx|json|md)$/.test(name))
    : [];
  const files = names.sort().map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name, file: join(folder, name), sizeBytes: bytes.length, sha256: sha256Base64(bytes) };
  });
  const models = files.filter(({ name }) => name.endsWith('.onnx'));
  if (models.length !== 1) {
    throw new HarnessError(
      'no-model',
      `the model folder must hold exactly one .onnx file, found ${models.length}`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file: folder },
        remedy: 'put model.onnx there or name another model folder',
      },
    );
  }
  return { files, sha256: models[0]!.sha256, sizeBytes: models[0]!.sizeBytes };
}

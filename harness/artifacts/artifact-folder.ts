/**
 * Artifacts as files that may travel from the machine that proved them to the one that promotes them:
 * `<function>.zip` with its bill of materials, `pipeline.asl.json`, `model/`, `manifest.json`. What is read back is
 * digested anew from the bytes; the manifest is never believed.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type ArtifactSet, readModel, readStateMachine, requireDeployable } from './build-artifacts.ts';
import { LAMBDA_NAMES, type LambdaName } from './bundle.ts';
import { sha256Base64 } from './digest.ts';
import type { LambdaArtifact } from './lambda-artifact.ts';
import { type Manifest, manifestOf, manifestSchema } from './manifest.ts';
import { sbomOf } from './sbom.ts';

const MANIFEST = 'manifest.json';
const DEFINITION = 'pipeline.asl.json';
const MODEL = 'model';

/** Writes all artifacts with their bills of materials into `folder`. `version` is the package's. */
export function writeArtifactFolder(folder: string, artifacts: ArtifactSet, version: string): void {
  mkdirSync(join(folder, MODEL), { recursive: true });
  const writeJson = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  for (const name of LAMBDA_NAMES) {
    const artifact = artifacts.lambdas[name];
    copyFileSync(artifact.zipFile, join(folder, `${name}.zip`));
    writeJson(`${name}.cdx.json`, sbomOf(artifact, version));
  }
  writeJson(DEFINITION, artifacts.stateMachine.definition);
  for (const { name, file } of artifacts.model.files) copyFileSync(file, join(folder, MODEL, name));
  writeJson(MANIFEST, manifestOf(artifacts));
}

/** Reads a folder back. HarnessError when something is missing or a zip is none, or beyond AWS's size. */
export function readArtifactFolder(folder: string): ArtifactSet {
  const { target, lambdas } = readManifest(folder);
  return {
    target,
    lambdas: Object.fromEntries(
      LAMBDA_NAMES.map((name) => {
        const packages = lambdas.find((one) => one.name === name)?.packages ?? [];
        return [name, readZip(folder, name, packages)];
      }),
    ) as Record<LambdaName, LambdaArtifact>,
    stateMachine: readStateMachine(join(folder, DEFINITION)),
    model: readModel(join(folder, MODEL)),
  };
}

/** The manifest in `place`, a folder or the file itself. */
export function readManifest(place: string): Manifest {
  const file = basename(place).endsWith('.json') ? place : join(place, MANIFEST);
  let problem: string;
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return parsed.data;
    problem = 'it is no manifest of artifacts';
  } catch (error) {
    problem = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : (error as Error).message;
  }
  throw unreadable(file, problem);
}

function readZip(folder: string, name: LambdaName, packages: LambdaArtifact['packages']): LambdaArtifact {
  const zipFile = join(folder, `${name}.zip`);
  const entries: LambdaArtifact['entries'] = [];
  let zip: Uint8Array;
  try {
    zip = readFileSync(zipFile);
    unzipSync(zip, {
      // Names and sizes are in the directory: nothing is unpacked.
      filter(entry) {
        entries.push({ name: entry.name, sizeBytes: entry.originalSize });
        return false;
      },
    });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(zipFile, missing ? 'there is none' : `it is no zip (${(error as Error).message})`);
  }
  const artifact: LambdaArtifact = {
    name,
    zipFile,
    sha256: sha256Base64(zip),
    sizeBytes: zip.length,
    unzippedBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    entries,
    packages,
  };
  requireDeployable(artifact);
  return artifact;
}

function unreadable(file: string, problem: string): HarnessError {
  return new HarnessError('artifacts-unreadable', `${file} cannot be read: ${problem}`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: 'name a folder that "cosmicai artifacts --out FOLDER" has written',
  });
}

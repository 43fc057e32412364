import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { readManifest, writeArtifactFolder } from '../artifacts/artifact-folder.ts';
import { buildArtifacts } from '../artifacts/build-artifacts.ts';
import { compareManifests, type Manifest, manifestOf, objectName } from '../artifacts/manifest.ts';
import type { BuildTarget } from '../artifacts/packaging/package-request.ts';
import { AWS_LIMITS } from '../core/limits.ts';
import { loadProject } from '../project/load-project.ts';
import { openWorkspace } from '../scenario/workspace.ts';

interface ArtifactsOptions {
  out?: string;
  since?: string;
  target?: BuildTarget;
  json: boolean;
}

/** Builds the artifacts and prints them; with `since`, what is different. */
export async function showArtifacts(options: ArtifactsOptions): Promise<void> {
  const before = options.since === undefined ? undefined : readManifest(options.since);
  const project = loadProject(process.cwd());
  const built = await buildArtifacts({
    project,
    cacheFolder: openWorkspace().artifactCache,
    target: options.target ?? { platform: process.platform, arch: process.arch },
  });
  const manifest = manifestOf(built);
  if (options.out !== undefined)
    writeArtifactFolder(options.out, built, { name: project.name, version: versionOf(project.folder) });
  if (options.json) process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  else process.stdout.write(renderArtifacts(manifest));
  if (before === undefined) return;
  const changes = compareManifests(before, manifest);
  const out = options.json ? process.stderr : process.stdout;
  out.write(changes.length === 0 ? 'nothing has changed\n' : `${changes.join('\n')}\n`);
}

/** Of the project's package.json, if it has one. */
function versionOf(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return '0.0.0';
  return String(JSON.parse(readFileSync(file, 'utf8')).version ?? '0.0.0');
}

function renderArtifacts({ target, functions, layers, stateMachines, objects }: Manifest): string {
  const table = new Table({
    head: ['artifact', 'SHA-256', 'bytes', 'of quota', 'unzipped', 'of quota', 'packages'],
    style: { head: [], border: [] },
  });
  const share = (bytes: number, limit: { value: number }) => `${((100 * bytes) / limit.value).toFixed(1)} %`;
  const number = (value: number) => value.toLocaleString('en-US');
  const zip = (name: string, one: Manifest['functions'][number]) =>
    table.push([
      name,
      one.codeSha256,
      number(one.sizeBytes),
      share(one.sizeBytes, AWS_LIMITS.lambdaZippedBytes),
      number(one.unzippedBytes),
      share(one.unzippedBytes, AWS_LIMITS.lambdaUnzippedBytes),
      one.packages.length,
    ]);
  for (const one of functions) zip(`${one.name}.zip`, one);
  for (const one of layers) zip(`layers/${one.name}.zip`, one);
  for (const { name, sha256, sizeBytes } of stateMachines)
    table.push([
      `${name}.asl.json`,
      sha256,
      number(sizeBytes),
      share(sizeBytes, AWS_LIMITS.sfnDefinitionBytes),
    ]);
  for (const one of objects) table.push([objectName(one), one.sha256, number(one.sizeBytes)]);
  const open = stateMachines.flatMap(({ name, placeholders }) =>
    placeholders.length === 0
      ? []
      : [`; the state machine ${name} leaves open ${placeholders.map((one) => `\${${one}}`).join(', ')}`],
  );
  return `${table.toString()}\nfor ${target.platform}-${target.arch}${open.join('')}\n`;
}

import Table from 'cli-table3';
import { readManifest, writeArtifactFolder } from '../artifacts/artifact-folder.ts';
import { buildArtifacts } from '../artifacts/build-artifacts.ts';
import type { BuildTarget } from '../artifacts/bundle.ts';
import { compareManifests, type Manifest, manifestOf } from '../artifacts/manifest.ts';
import { AWS_LIMITS } from '../core/limits.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { packageVersion } from './state-evidence.ts';

interface ArtifactsOptions {
  out?: string;
  since?: string;
  target?: BuildTarget;
  json: boolean;
}

/** Builds the artifacts and prints them; with `since`, what is different. */
export async function showArtifacts(options: ArtifactsOptions): Promise<void> {
  const before = options.since === undefined ? undefined : readManifest(options.since);
  const built = await buildArtifacts({
    cacheFolder: openWorkspace().artifactCache,
    target: options.target ?? { platform: process.platform, arch: process.arch },
  });
  const manifest = manifestOf(built);
  if (options.out !== undefined) writeArtifactFolder(options.out, built, packageVersion());
  if (options.json) process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  else process.stdout.write(renderArtifacts(manifest));
  if (before === undefined) return;
  const changes = compareManifests(before, manifest);
  const out = options.json ? process.stderr : process.stdout;
  out.write(changes.length === 0 ? 'nothing has changed\n' : `${changes.join('\n')}\n`);
}

function renderArtifacts({ target, lambdas, stateMachine, model }: Manifest): string {
  const table = new Table({
    head: ['artifact', 'SHA-256', 'bytes', 'of quota', 'unzipped', 'of quota', 'packages'],
    style: { head: [], border: [] },
  });
  const share = (bytes: number, limit: { value: number }) => `${((100 * bytes) / limit.value).toFixed(1)} %`;
  const number = (value: number) => value.toLocaleString('en-US');
  for (const one of lambdas) {
    table.push([
      `${one.name}.zip`,
      one.codeSha256,
      number(one.sizeBytes),
      share(one.sizeBytes, AWS_LIMITS.lambdaZippedBytes),
      number(one.unzippedBytes),
      share(one.unzippedBytes, AWS_LIMITS.lambdaUnzippedBytes),
      one.packages.length,
    ]);
  }
  const definitionShare = share(stateMachine.sizeBytes, AWS_LIMITS.sfnDefinitionBytes);
  table.push(['pipeline.asl.json', stateMachine.sha256, number(stateMachine.sizeBytes), definitionShare]);
  for (const one of model) table.push([one.name, one.sha256, number(one.sizeBytes)]);
  const placeholders = stateMachine.placeholders.map((name) => `\${${name}}`).join(', ');
  return `${table.toString()}\nfor ${target.platform}-${target.arch}; the state machine leaves open ${placeholders}\n`;
}

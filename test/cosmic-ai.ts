/** This repository's own project, as tests build and deploy it: with another model, handlers or settings. */
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../harness/core/package-root.ts';
import { placeModel } from '../harness/packs/redshift/place-model.ts';
import { loadProject } from '../harness/project/load-project.ts';
import { type FunctionOverlay, overlayProject } from '../harness/project/overlay-project.ts';
import type { Project } from '../harness/project/project.ts';

export interface CosmicAiChanges {
  modelFolder?: string;
  modelIn?: 's3' | 'bundle';
  /** Entry files by function. */
  handlers?: Readonly<Record<string, string>>;
  functions?: Readonly<Record<string, FunctionOverlay>>;
}

/** Artifacts are known by their contents, so zips of other runs may be used. */
export const ARTIFACT_CACHE = join(packageRoot(), '.cosmicai', 'cache', 'artifacts');

export function cosmicAi(changes: CosmicAiChanges = {}, folder = packageRoot()): Project {
  const project = loadProject(folder);
  const placement = { model: changes.modelFolder, modelIn: changes.modelIn };
  const placed = overlayProject(project, placeModel(project, placement, folder), folder);
  const handlers = Object.entries(changes.handlers ?? {}).map(([name, code]) => [name, { code }]);
  const handled = overlayProject(placed, { functions: Object.fromEntries(handlers) }, folder);
  return overlayProject(handled, { functions: changes.functions ?? {} }, folder);
}

/** Real names of its buckets. */
export const bucketsNamed = (work: string, data: string): Record<string, string> => ({
  'team4-cosmical': work,
  'cosmicai-data': data,
});

/** Makes a folder elsewhere a copy of the project: the file, with its sources and packages linked. */
export function linkProject(folder: string): void {
  copyFileSync(join(packageRoot(), 'cosmicai.yaml'), join(folder, 'cosmicai.yaml'));
  for (const name of ['lambdas', 'statemachine', 'node_modules', 'package-lock.json'])
    symlinkSync(join(packageRoot(), name), join(folder, name));
}

/** What a run depends on beside the harness itself: the files whose change makes its verdict stale. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { handlerSources } from '../artifacts/handler-sources.ts';
import type { DocumentSource } from '../document/source.ts';
import type { ProjectCode } from '../project/project.ts';
import { scenarioProject } from './deployment.ts';
import { executionInput } from './execution-input.ts';
import type { PlannedRun } from './load.ts';

/** Tells the files of runs and their digest; sources that several runs share are looked up once. */
export class Dependencies {
  readonly #sources = new Map<string, Promise<string[]>>();
  readonly #contents = new Map<string, Promise<string>>();

  /** Scenario, project, functions with all they import, state machines, objects, partitions of one's own, files it compares with. */
  async filesOf(plan: PlannedRun, source: DocumentSource): Promise<string[]> {
    const { scenario, folder, dataset } = plan;
    const variables = { ...plan.cell, ...dataset?.variables };
    const input = executionInput(plan.project, variables, scenario.execution.input);
    const project = scenarioProject(plan.project, scenario.deploy, input, folder);
    const sources = await Promise.all(
      Object.values(project.functions).map((fn) => this.#sourcesOf(fn.code, project.folder)),
    );
    const more = [
      ...Object.values(project.functions).flatMap((fn) => [
        ...Object.values(fn.files),
        ...Object.values(fn.entries),
      ]),
      ...Object.values(project.layers).map((layer) => layer.path),
      ...Object.values(project.buckets).flatMap(({ objects }) =>
        Object.values(objects).map((one) => one.path),
      ),
    ];
    const files = [
      resolve(source.file),
      ...sources.flat(),
      project.file,
      ...Object.values(project.stateMachines).map((machine) => machine.file),
      ...more.flatMap(filesIn),
      ...(dataset?.paths ?? []),
      ...referencesOf(plan),
    ];
    return [...new Set(files)].sort();
  }

  /** One digest of the contents of all of them; a file that is not there counts as that. */
  async digestOf(plan: PlannedRun, source: DocumentSource): Promise<string> {
    const files = await this.filesOf(plan, source);
    const contents = await Promise.all(files.map((file) => this.#contentOf(file)));
    const hash = createHash('sha256');
    for (const [index, file] of files.entries()) hash.update(`${file}\0${contents[index]}\n`);
    return hash.digest('hex');
  }

  #sourcesOf({ kind, path }: ProjectCode, root: string): Promise<string[]> {
    const known =
      this.#sources.get(path) ??
      (kind === 'node-bundle' ? handlerSources(root, path) : Promise.resolve(filesIn(path)));
    this.#sources.set(path, known);
    return known;
  }

  #contentOf(file: string): Promise<string> {
    const known = this.#contents.get(file) ?? fileDigest(file);
    this.#contents.set(file, known);
    return known;
  }
}

/** Files that the scenario compares with or puts, absolute: snapshots, baselines, predictions, schemas. */
export function referencesOf({ scenario, folder }: Pick<PlannedRun, 'scenario' | 'folder'>): string[] {
  const { history, baseline, objects = [], predictions } = scenario.expect;
  return [
    history?.snapshot,
    baseline?.file,
    (predictions as { reference?: { file?: string } } | undefined)?.reference?.file,
    ...objects.map((one) => ('key' in one && typeof one.schema === 'string' ? one.schema : undefined)),
    ...scenario.steps.map(({ put }) => put?.file),
  ].flatMap((file) => (file === undefined ? [] : [resolve(folder, file)]));
}

/** Files below a folder, or the file itself. */
function filesIn(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
}

async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return 'absent';
  }
  return hash.digest('hex');
}

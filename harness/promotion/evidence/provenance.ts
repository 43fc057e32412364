/** What a run is made from and how, as evidence states it: files by digest, mocks, faults, quotas, the commit. */
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isJsonObject, type Json } from '../../core/json.ts';
import type { DocumentSource } from '../../document/source.ts';
import { placeholdersIn } from '../../project/placeholders.ts';
import type { Project } from '../../project/project.ts';
import { sha256OfFile } from '../../scenario/dataset/sealed-folder.ts';
import { referencesOf } from '../../scenario/dependencies.ts';
import type { LoadedScenario, PlannedRun } from '../../scenario/load.ts';
import { readScenario } from '../../scenario/load.ts';
import { describeCell } from '../../scenario/matrix.ts';
import { GIT_ENVIRONMENT, pathInProject, yamlSha256 } from './source-files.ts';
import type { Provenance, SourceState } from './statement.ts';

export interface ProvenanceContext {
  /** Version of the harness. */
  harness: string;
  /** Of the run's project. */
  source: SourceState;
  /** `--update`: references are written instead of compared with. */
  referencesChanged: boolean;
}

/** The provenance of one cell, from the text that was read and the files as they are now. */
export async function provenanceOf(
  plan: PlannedRun,
  { source: document }: Pick<LoadedScenario, 'source'>,
  { harness, source, referencesChanged }: ProvenanceContext,
): Promise<Provenance> {
  const { scenario, project, dataset } = plan;
  const { mocks = {}, faults, limits, iam } = scenario;
  const files = [...new Set([...referencesOf(plan), ...(dataset?.paths ?? [])])].filter((file) =>
    existsSync(file),
  );
  return {
    harness,
    source,
    scenarioFile: {
      path: existsSync(document.file) ? pathInProject(project.folder, document.file) : document.file,
      sha256: yamlSha256(document.text),
    },
    cells: cellsOf(document),
    project: {
      name: project.name,
      ...(project.pack === undefined ? {} : { pack: project.pack }),
      path: pathOfProject(project),
      sha256: yamlSha256(project.source.text),
    },
    references: await Promise.all(
      files.map(async (file) => ({
        path: pathInProject(project.folder, file),
        sha256: await sha256OfFile(file),
      })),
    ),
    ...(dataset === undefined
      ? {}
      : { datasetKind: dataset.paths ? 'files' : scenario.dataset?.['s3'] ? 's3' : 'generated' }),
    mocks: { states: Object.keys(mocks).sort(), functions: mockedFunctions(project, Object.keys(mocks)) },
    faults: plainJson(faults),
    ...(limits === undefined ? {} : { limits: plainJson(limits) }),
    iam,
    expectedFailures: scenario.expectFailure,
    referencesChanged,
  };
}

const cells = new WeakMap<DocumentSource, string[]>();

/** All cells of a scenario file; axes that the command line has replaced are not what the file asks for. */
function cellsOf(document: DocumentSource): string[] {
  const known =
    cells.get(document) ??
    readScenario(document.file, document.text).runs.map(({ cell }) => describeCell(cell));
  cells.set(document, known);
  return known;
}

/** As JSON has it: members that are not set are left out. */
const plainJson = <Value>(value: Value) => JSON.parse(JSON.stringify(value));

/** The project file relative to its repository, or its name outside of one: one repository may hold several projects. */
export function pathOfProject({ file }: Pick<Project, 'file'>): string {
  try {
    const top = execFileSync('git', ['-C', dirname(file), 'rev-parse', '--show-toplevel'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...GIT_ENVIRONMENT },
    }).trim();
    return relative(realpathSync(top), join(realpathSync(dirname(file)), basename(file)))
      .split(sep)
      .join('/');
  } catch {
    return basename(file);
  }
}

/** Functions of the project that mocked states name, sorted. */
function mockedFunctions({ stateMachines }: Project, states: readonly string[]): string[] {
  const names = new Set<string>();
  for (const { definition, substitutions } of Object.values(stateMachines))
    for (const state of statesNamed(definition, new Set(states)))
      for (const { name } of placeholdersIn(state)) {
        const reference = substitutions[name];
        if (reference?.kind === 'function') names.add(reference.name);
      }
  return [...names].sort();
}

/** States of those names, those within Maps and branches included. */
function statesNamed(node: Json, names: ReadonlySet<string>): Json[] {
  if (Array.isArray(node)) return node.flatMap((one) => statesNamed(one, names));
  if (!isJsonObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === 'States' && isJsonObject(value)
      ? Object.entries(value).flatMap(([name, state]) => (names.has(name) ? [state] : []))
      : []),
    ...statesNamed(value, names),
  ]);
}

/**
 * From a file to the runs it asks for: YAML, matrix, `${}`, schema, and what no schema can tell (metric names,
 * units, files that must exist). Every mistake ends in `InvalidDocument` with its place; nothing is run.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import { type DocumentSource, distinct, type Path, parseSource } from '../document/source.ts';
import { diagnosticsOf } from '../document/zod-diagnostics.ts';
import { nearestProject } from '../project/nearest-project.ts';
import type { Project } from '../project/project.ts';
import { checkScenario } from './check.ts';
import { checkTree } from './check-tree.ts';
import type { DatasetPlan } from './dataset/dataset-kind.ts';
import { datasetSchemaFor, planDataset } from './dataset/index.ts';
import {
  type Cell,
  type CellValue,
  cellCount,
  expandMatrix,
  type Matrix,
  MOST_CELLS,
  matrixSchema,
} from './matrix.ts';
import { type Scenario, scenarioSchemaFor } from './schema.ts';
import { substitute, type UnknownName } from './substitute.ts';

/** A scenario file, ready to run. */
export interface LoadedScenario {
  source: DocumentSource;
  name: string;
  project: Project;
  runs: PlannedRun[];
}

/** One cell of the matrix. */
export interface PlannedRun {
  cell: Cell;
  scenario: Scenario;
  project: Project;
  /** Absent without a dataset. */
  dataset?: DatasetPlan;
  /** Folder of the scenario file: paths in it are relative to this. */
  folder: string;
}

/** Matrix axes replaced from the command line, e.g. `{ data: ['1 GB'] }`. */
export type AxisOverrides = Readonly<Record<string, CellValue[]>>;

/** Reads and checks a scenario file. */
export function loadScenario(file: string, overrides: AxisOverrides = {}): LoadedScenario {
  return readScenario(file, readText(file), overrides);
}

/** Checks the text of a scenario; `file` is what messages call it and what paths are relative to. */
export function readScenario(file: string, text: string, overrides: AxisOverrides = {}): LoadedScenario {
  const source = parseSource(file, text);
  const value = source.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidDocument([
      value === null || value === undefined
        ? source.diagnose([], 'the file is empty', { hint: '"cosmicai init" writes a first scenario.' })
        : source.diagnose([], 'a scenario is a group of fields: apiVersion, kind, name and others'),
    ]);
  }
  const crooked = checkTree(source);
  if (crooked.length > 0) throw new InvalidDocument(crooked);
  const raw = value as Record<string, unknown>;
  const matrix = readMatrix(raw['matrix'], source, overrides);
  const project = nearestProject(file);
  const runs = expandMatrix(matrix).map((cell) => planRun(raw, cell, { project, source }));
  if (runs.length === 0) {
    throw new InvalidDocument([
      source.diagnose(['matrix'], 'the matrix leaves nothing to run: exclude takes out every cell'),
    ]);
  }
  return { source, name: runs[0]!.scenario.name, project, runs };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder'
          : `cannot be read: ${(error as Error).message}`;
    throw new HarnessError('scenario-unreadable', `The scenario ${file} ${reason}.`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'Give the path of a scenario file, such as scenarios/orders.yaml.',
    });
  }
}

function readMatrix(raw: unknown, source: DocumentSource, overrides: AxisOverrides): Matrix {
  const parsed = matrixSchema.safeParse(raw ?? {}, { reportInput: true });
  if (!parsed.success) {
    throw new InvalidDocument(diagnosticsOf(parsed.error.issues, matrixSchema, source, ['matrix']));
  }
  const axes = Object.keys(parsed.data.axes);
  for (const name of Object.keys(overrides)) {
    if (axes.includes(name)) continue;
    const near = nearestName(name, axes);
    throw new HarnessError('unknown-axis', `${source.file} has no matrix axis "${name}" to set.`, {
      exitCode: ExitCode.inputWrong,
      remedy: `${near ? `Did you mean "${near}"? ` : ''}Axes: ${axes.join(', ') || 'none'}.`,
    });
  }
  const matrix = { ...parsed.data, axes: { ...parsed.data.axes, ...overrides } };
  const count = cellCount(matrix);
  if (count <= MOST_CELLS) return matrix;
  const sizes = Object.values(matrix.axes).map((values) => values.length);
  const message = `the matrix has ${count.toLocaleString('en-US')} runs (${sizes.join(' x ')}), and ${MOST_CELLS.toLocaleString('en-US')} are the most`;
  const hint = 'Take values or axes out, or list the combinations you mean under "include".';
  throw new InvalidDocument([source.diagnose(['matrix'], message, { hint })]);
}

interface PlanContext {
  project: Project;
  source: DocumentSource;
}

/** All mistakes of one cell are told at once, those of the dataset among them. */
function planRun(raw: Record<string, unknown>, cell: Cell, { project, source }: PlanContext): PlannedRun {
  const folder = dirname(source.file);
  const { matrix: _matrix, ...fields } = raw;
  const read = readDataset(fields, cell, { project, source });
  const variables = { ...cell, ...read.dataset?.variables };
  const filled = fill(fields, variables, source, []);
  // What only the dataset knows is not known where the dataset itself is wrong.
  const unknown = read.mistakes.length > 0 ? [] : filled.mistakes;
  const schema = scenarioSchemaFor(project.pack);
  const parsed = schema.safeParse(filled.value, { reportInput: true });
  const mistakes = distinct([
    ...read.mistakes,
    ...unknown,
    ...(parsed.success ? [] : diagnosticsOf(parsed.error.issues, schema, source)).filter(
      // What is wrong with the text of a reference follows from its name, and from the dataset.
      ({ field }) => !filled.mistakes.some((one) => one.field === field) && !isTold(field, read.mistakes),
    ),
  ]);
  if (mistakes.length > 0 || !parsed.success) throw new InvalidDocument(mistakes);
  const scenario = parsed.data;
  const further = checkScenario(scenario, { project, dataset: read.dataset, folder, source });
  if (further.length > 0) throw new InvalidDocument(further);
  return { cell, scenario, project, folder, ...(read.dataset ? { dataset: read.dataset } : {}) };
}

/** Mistakes below `dataset` are told by its own schema. */
const isTold = (field: string, mistakes: readonly Diagnostic[]): boolean =>
  mistakes.length > 0 && /^dataset\b/.test(field);

/** The dataset is read first: how many files it has is itself a value for `${files}`. */
function readDataset(
  { dataset: raw, seed }: Record<string, unknown>,
  cell: Cell,
  { project, source }: PlanContext,
): { dataset?: DatasetPlan; mistakes: Diagnostic[] } {
  if (raw === undefined) return { mistakes: [] };
  const schema = datasetSchemaFor(project.pack);
  const filled = fill(raw, cell, source, ['dataset']);
  if (filled.mistakes.length > 0) return { mistakes: filled.mistakes };
  const parsed = schema.safeParse(filled.value, { reportInput: true });
  if (!parsed.success) return { mistakes: diagnosticsOf(parsed.error.issues, schema, source, ['dataset']) };
  try {
    const context = {
      folder: dirname(source.file),
      source,
      seed: Number.isInteger(seed) ? (seed as number) : DEFAULT_SEED,
    };
    return { dataset: planDataset(parsed.data, project.pack, context), mistakes: [] };
  } catch (error) {
    if (error instanceof InvalidDocument) return { mistakes: [...error.diagnostics] };
    throw error;
  }
}

const DEFAULT_SEED = 7;

function fill(
  value: unknown,
  variables: Readonly<Record<string, CellValue>>,
  source: DocumentSource,
  path: Path,
): { value: unknown; mistakes: Diagnostic[] } {
  const unknown: UnknownName[] = [];
  const filled = substitute(value, variables, unknown, path);
  const mistakes = unknown.map(({ name, path: at }): Diagnostic => {
    const near = nearestName(name, Object.keys(variables));
    const known = Object.keys(variables).map((one) => `\${${one}}`);
    return source.diagnose(at, `\${${name}} is not known`, {
      at: 'value',
      hint: `${near ? `Did you mean \${${near}}? ` : ''}Known: ${known.join(', ') || 'nothing, there is no matrix'}.${name === 'files' ? ' Of a dataset in S3 dataset.s3.count tells it.' : ''}`,
    });
  });
  return { value: filled, mistakes };
}

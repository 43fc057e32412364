/**
 * From a file to the runs it asks for: YAML, matrix, `${}`, schema, and what no schema can tell (metric names,
 * units, files that must exist). Every mistake ends in `InvalidDocument` with its place; nothing is run.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type Diagnostic, InvalidDocument } from '../document/diagnostics.ts';
import { type DocumentSource, type Path, parseSource } from '../document/source.ts';
import { diagnosticsOf } from '../document/zod-diagnostics.ts';
import { checkScenario } from './check.ts';
import { type DatasetPlan, planDataset } from './dataset-plan.ts';
import { datasetSchema } from './dataset-schema.ts';
import { type Cell, type CellValue, expandMatrix, type Matrix, matrixSchema } from './matrix.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { substitute, type UnknownName } from './substitute.ts';

/** A scenario file, ready to run. */
export interface LoadedScenario {
  source: DocumentSource;
  name: string;
  runs: PlannedRun[];
}

/** One cell of the matrix. */
export interface PlannedRun {
  cell: Cell;
  scenario: Scenario;
  dataset: DatasetPlan;
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
  const raw = value as Record<string, unknown>;
  const matrix = readMatrix(raw['matrix'], source, overrides);
  const runs = expandMatrix(matrix).map((cell) => planRun(raw, cell, source));
  if (runs.length === 0) {
    throw new InvalidDocument([
      source.diagnose(['matrix'], 'the matrix leaves nothing to run: exclude takes out every cell'),
    ]);
  }
  return { source, name: runs[0]!.scenario.name, runs };
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
      remedy: 'Give the path of a scenario file, such as scenarios/partition-sweep.yaml.',
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
  return { ...parsed.data, axes: { ...parsed.data.axes, ...overrides } };
}

function planRun(raw: Record<string, unknown>, cell: Cell, source: DocumentSource): PlannedRun {
  const folder = dirname(source.file);
  const { matrix: _matrix, ...fields } = raw;
  const dataset = planDataset(readDataset(fields['dataset'], cell, source), folder, source);
  const variables = {
    ...cell,
    ...(dataset.files === undefined ? {} : { files: dataset.files }),
    ...(dataset.samples === undefined ? {} : { samples: dataset.samples }),
  };
  const filled = fill(fields, variables, source, []);
  const parsed = scenarioSchema.safeParse(filled, { reportInput: true });
  if (!parsed.success) throw new InvalidDocument(diagnosticsOf(parsed.error.issues, scenarioSchema, source));
  const mistakes = checkScenario(parsed.data, dataset, folder, source);
  if (mistakes.length > 0) throw new InvalidDocument(mistakes);
  return { cell, scenario: parsed.data, dataset, folder };
}

/** The dataset is read first: how many files it has is itself a value for `${files}`. */
function readDataset(raw: unknown, cell: Cell, source: DocumentSource) {
  const parsed = datasetSchema.safeParse(fill(raw, cell, source, ['dataset']), { reportInput: true });
  if (!parsed.success) {
    const missing =
      raw === undefined ? [source.diagnose([], 'the file needs the field "dataset"')] : undefined;
    throw new InvalidDocument(
      missing ?? diagnosticsOf(parsed.error.issues, datasetSchema, source, ['dataset']),
    );
  }
  return parsed.data;
}

function fill(
  value: unknown,
  variables: Readonly<Record<string, CellValue>>,
  source: DocumentSource,
  path: Path,
): unknown {
  const unknown: UnknownName[] = [];
  const filled = substitute(value, variables, unknown, path);
  if (unknown.length === 0) return filled;
  throw new InvalidDocument(
    unknown.map(({ name, path: at }): Diagnostic => {
      const near = nearestName(name, Object.keys(variables));
      const known = Object.keys(variables).map((one) => `\${${one}}`);
      return source.diagnose(at, `\${${name}} is not known`, {
        at: 'value',
        hint: `${near ? `Did you mean \${${near}}? ` : ''}Known: ${known.join(', ') || 'nothing, there is no matrix'}.${name === 'files' ? ' Of a dataset in S3 dataset.s3.count tells it.' : ''}`,
      });
    }),
  );
}

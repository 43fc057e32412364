/** What `cosmicai import` does: a project file and the files beside it, from a template. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { PROJECT_FILE } from '../project/find-project.ts';
import { loadProject } from '../project/load-project.ts';
import { type ImportedProject, importTemplate } from '../project/templates/import/import-template.ts';
import { type UnservedState, unservedStates } from '../project/unserved-states.ts';
import { draftMocks } from './draft-mocks.ts';

export interface ImportCommandOptions {
  out: string;
  /** `NAME=VALUE` each. */
  parameter: string[];
  name?: string;
  force: boolean;
}

const SCENARIO = 'scenarios/imported.yaml';

/** @throws InvalidDocument, HarnessError; exit code 2 */
export function importProject(template: string, { out, parameter, name, force }: ImportCommandOptions): void {
  const file = resolve(out);
  if (basename(file) !== PROJECT_FILE)
    throw new HarnessError('bad-out', `${out} is not named ${PROJECT_FILE}, and no command would find it.`, {
      exitCode: ExitCode.inputWrong,
      remedy: `Write --out ${join(dirname(out), PROJECT_FILE)}.`,
    });
  const folder = dirname(file);
  const imported = importTemplate(template, {
    projectFolder: folder,
    parameters: Object.fromEntries(parameter.map(parameterOf)),
    ...(name === undefined ? {} : { name }),
  });
  if (!force) requireAbsent([file, ...[...imported.files.keys()].map((path) => join(folder, path))]);
  for (const [path, text] of imported.files) write(join(folder, path), text);
  write(file, projectText(imported, relative(folder, resolve(template))));
  // The file is read back: what a project does not allow is reported now, not by the first run.
  const project = loadProject(file);
  const unserved = unservedStates(project);
  const scenario = join(folder, SCENARIO);
  const drafts = unserved.length > 0 && (force || !existsSync(scenario));
  if (drafts) write(scenario, draftMocks(project, unserved));
  const shown = (path: string) => relative(process.cwd(), path) || path;
  process.stdout.write(
    `${[
      `${shown(file)} is the project ${project.name}: ${countsOf(imported.fields)}.`,
      ...stubLines(imported),
      ...imported.notes.map((note) => `note: ${note}.`),
      ...unservedLines(unserved),
      ...(drafts ? [`${shown(scenario)} is a scenario with drafts of their mocks.`] : []),
    ].join('\n')}\n`,
  );
}

function parameterOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new HarnessError('bad-parameter', `--parameter ${text} is not of the form NAME=VALUE.`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'Write --parameter Stage=prod.',
  });
}

function requireAbsent(files: readonly string[]): void {
  const found = files.filter((file) => existsSync(file)).map((file) => relative(process.cwd(), file));
  if (found.length === 0) return;
  throw new HarnessError(
    'file-exists',
    `${found.join(', ')} ${found.length === 1 ? 'exists' : 'exist'} already.`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: found[0]! },
      remedy: 'Give another name with --out, or replace with --force.',
    },
  );
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function projectText({ fields }: ImportedProject, template: string): string {
  const all = { apiVersion: 'cosmicai/v1', kind: 'Project', ...fields };
  return `# Imported from ${template} by "cosmicai import".\n${stringify(all, { lineWidth: 110, aliasDuplicateObjects: false })}`;
}

const GROUPS: Readonly<Record<string, [one: string, many: string]>> = {
  functions: ['function', 'functions'],
  layers: ['layer', 'layers'],
  stateMachines: ['state machine', 'state machines'],
  buckets: ['bucket', 'buckets'],
  activities: ['activity', 'activities'],
};

function countsOf(fields: JsonObject): string {
  const counts = Object.entries(GROUPS).flatMap(([group, [one, many]]) => {
    const count = Object.keys((fields[group] as object | undefined) ?? {}).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return counts.join(', ') || 'nothing that is served';
}

function stubLines({ stubs }: ImportedProject): string[] {
  if (stubs.length === 0) return [];
  return [
    `Not served, and only named (${stubs.length}):`,
    ...stubs.map(
      ({ logicalId, type, reason }) => `  ${logicalId}  ${type}${reason === undefined ? '' : `: ${reason}`}`,
    ),
  ];
}

export function unservedLines(unserved: readonly UnservedState[]): string[] {
  if (unserved.length === 0) return [];
  return [
    `States that need a mock or a delegate (${unserved.length}):`,
    ...unserved.map(({ machine, state, calls }) => `  ${machine}: ${state} calls ${calls}`),
  ];
}

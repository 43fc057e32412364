import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { commandLineOf } from '../packs/command-line.ts';
import { loadProject } from '../project/load-project.ts';
import type { Project } from '../project/project.ts';
import { renderScenarioJsonSchema } from '../scenario/json-schema.ts';
import { readScenario } from '../scenario/load.ts';

const SCHEMA_FILE = 'scenario.schema.json';

/** Writes a scenario for the project found at or above `file` and, beside it, the schema that editors complete it by. */
export function writeFirstScenario(file: string, force: boolean): void {
  const project = loadProject(dirname(file));
  const name = nameFrom(file);
  const text = commandLineOf(project.pack)?.firstScenario(name) ?? firstScenario(name, project);
  readScenario(file, text);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HarnessError('scenario-exists', `${file} exists already.`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'Give another name, or replace it with --force.',
    });
  }
  writeFileSync(join(dirname(file), SCHEMA_FILE), renderScenarioJsonSchema(project.pack));
  process.stdout.write(
    `${file} is a first scenario of the project ${project.name}. Run it: cosmicai run ${file}\n`,
  );
}

/** The file's name as the name of a scenario. */
function nameFrom(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'first' : name;
}

function firstScenario(name: string, project: Project): string {
  const machines = Object.keys(project.stateMachines);
  const [bucket] = Object.keys(project.buckets);
  const functions = Object.keys(project.functions);
  const execute = machines.length > 1 ? `{ stateMachine: ${quoted(machines[0]!)} }` : '{}';
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
apiVersion: cosmicai/v1
kind: Scenario
name: ${name}
description: One execution with the project's default input.
steps:
${bucket === undefined ? '' : `  # - put: { bucket: ${bucket}, key: example.json, json: { "id": 1 } }\n`}  - execute: ${execute} # { input: { ... } } replaces fields of the default input
expect:
  status: SUCCEEDED
${functions.length === 0 ? '' : `  invocations:\n${functions.map((one) => `    ${quoted(one)}: { errors: 0 }\n`).join('')}`}thresholds:
  errorRate: { eq: 0 % }
  cost.total: { lt: 0.01 USD }
`;
}

/** As a YAML key; names that YAML reads as something else are quoted. */
const quoted = (name: string) =>
  /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off)$/i.test(name)
    ? name
    : `'${name}'`;

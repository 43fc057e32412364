/** What `cosmicai init` does: write a scenario where a project is found, a whole project where none is. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { findProjectFile } from '../project/find-project.ts';
import { defaultTemplate, type TemplateName, templateOf } from './project-templates.ts';
import { writeFirstScenario } from './write-first-scenario.ts';
import { writeProject } from './write-project.ts';

const FIRST_SCENARIO = 'scenarios/first.yaml';

export interface InitOptions {
  template?: TemplateName;
  force: boolean;
}

export function initialize(path: string | undefined, { template, force }: InitOptions): void {
  const isScenario = path !== undefined && /\.ya?ml$/.test(path);
  if (isScenario && template !== undefined) {
    throw new HarnessError(
      'template-of-scenario',
      `${path} is a scenario, and --template writes a project.`,
      {
        exitCode: ExitCode.inputWrong,
        remedy: 'Name the folder of the new project.',
      },
    );
  }
  const hasProject = template === undefined && findProjectFile(process.cwd()) !== undefined;
  if (isScenario) writeFirstScenario(path, force);
  else if (path === undefined && hasProject) writeFirstScenario(FIRST_SCENARIO, force);
  else startProject(path ?? '.', template ?? defaultTemplate, force);
}

function startProject(path: string, template: TemplateName, force: boolean): void {
  const folder = resolve(path);
  const { files, kept } = writeProject(folder, template, { force, python: pythonRuntime() });
  const shown = relative(process.cwd(), folder);
  const lines = [
    `${shown === '' ? 'This folder' : shown} holds the project of the template ${template}: ${files} files.`,
    ...kept.map((file) => `  ${file} exists and is unchanged.`),
    '',
    'Next:',
    ...(shown === '' ? [] : [`  cd ${shown}`]),
    ...installHint(folder, template, kept.includes('package.json')),
    '  npx cosmicai run    # all scenarios',
    '  npm test            # the same pipeline in vitest',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Packages are found at or above the folder, as Node finds them. */
function installHint(folder: string, template: TemplateName, hasManifest: boolean): string[] {
  if (!hasManifest) return ['  npm install'];
  const find = createRequire(join(folder, 'package.json'));
  const missing = ['cosmicai-harness', ...templateOf(template).packages].filter((name) => {
    const [first] = expanded(name);
    return !find.resolve.paths(first!)?.some((modules) => existsSync(join(modules, first!)));
  });
  return missing.length === 0 ? [] : [`  npm install --save-dev ${missing.join(' ')}`];
}

/** `@scope/{a,b}` as a shell expands it. */
function expanded(name: string): string[] {
  const [, scope, names] = /^(.*)\{(.*)\}$/.exec(name) ?? [];
  return names === undefined ? [name] : names.split(',').map((one) => `${scope}${one}`);
}

/** The runtime of the Python on the PATH, e.g. `python3.12`: the emulator runs functions on that one. */
function pythonRuntime(): string | undefined {
  const { stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  const version = /^Python (3\.\d+)/.exec(stdout ?? '')?.[1];
  return version === undefined ? undefined : `python${version}`;
}

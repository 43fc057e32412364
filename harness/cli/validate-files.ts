import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { InvalidDocument, renderDiagnostic } from '../document/diagnostics.ts';
import { commandLineOf } from '../packs/command-line.ts';
import { PROJECT_FILE } from '../project/find-project.ts';
import { loadProject } from '../project/load-project.ts';
import { readDefinition } from '../project/read-definition.ts';
import { unservedStates } from '../project/unserved-states.ts';
import { loadScenario } from '../scenario/load.ts';
import { CommandExit } from './command.ts';
import { unservedLines } from './import-project.ts';
import { packOfFolder } from './pack-of-folder.ts';
import { renderError } from './print-error.ts';
import { validateStateMachine } from './validate-state-machine.ts';

/** Checks every file, prints one line per good file and what is wrong with the others; exit code 2 if any is. */
export async function validateFiles(files: readonly string[]): Promise<void> {
  let wrong = 0;
  // A mistake of the project is one of every scenario in it: it is printed once.
  const printed = new Set<string>();
  for (const file of files) {
    try {
      process.stdout.write(`${file}: ${await validateFile(file)}\n`);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      wrong++;
      const isNew = error instanceof InvalidDocument ? unprinted(error, printed) : error;
      process.stderr.write(`${isNew ? renderError(isNew) : notChecked(file, error)}\n`);
    }
  }
  if (wrong > 0) throw new CommandExit(ExitCode.inputWrong);
}

/** The mistakes among those of `error` that are not in `printed`, which they are added to. */
function unprinted({ diagnostics }: InvalidDocument, printed: Set<string>): InvalidDocument | undefined {
  const left = diagnostics.filter((one) => !printed.has(renderDiagnostic(one)));
  for (const one of left) printed.add(renderDiagnostic(one));
  return left.length === 0 ? undefined : new InvalidDocument(left);
}

const notChecked = (file: string, { location }: HarnessError) =>
  `${file}: not checked, because ${location?.file} has the mistakes above`;

/** What the file is, in a few words. */
async function validateFile(file: string): Promise<string> {
  requireFile(file);
  const extension = extname(file);
  if (basename(file) === PROJECT_FILE) return validateProject(file);
  if (/\.asl(?:\.json)?$/.test(file)) return validateStateMachine(file, readFileSync(file, 'utf8'));
  if (/\.asl\.ya?ml$/.test(file)) {
    const read = readDefinition(file, file);
    if ('mistakes' in read) throw new InvalidDocument(read.mistakes);
    return validateStateMachine(file, JSON.stringify(read.definition));
  }
  if (extension === '.yaml' || extension === '.yml') {
    const scenario = loadScenario(file);
    const runs = scenario.runs.length;
    return `valid scenario "${scenario.name}", ${runs} ${runs === 1 ? 'run' : 'runs'}`;
  }
  const own = commandLineOf(packOfFolder())?.files;
  if (own?.extensions.includes(extension)) return `valid ${await own.describe(file)}`;
  const packs = own ? `, ${own.what} in ${own.extensions.join(', ')}` : '';
  throw new HarnessError('unknown-kind', `${file} is no kind of file that can be checked.`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: `Projects are named ${PROJECT_FILE}, scenarios end in .yaml, state machines in .asl.json or .asl.yaml${packs}.`,
  });
}

function validateProject(file: string): string {
  const project = loadProject(file);
  const { name, functions, stateMachines } = project;
  const stubs = project.template?.stubs ?? [];
  const count = (all: object, what: string) => {
    const many = Object.keys(all).length;
    return `${many} ${what}${many === 1 ? '' : 's'}`;
  };
  return [
    `valid project "${name}", ${count(functions, 'function')}, ${count(stateMachines, 'state machine')}`,
    ...stubs.map(
      ({ logicalId, type, reason }) => `  not served: ${logicalId} ${type}${reason ? `, ${reason}` : ''}`,
    ),
    ...unservedLines(unservedStates(project)),
  ].join('\n');
}

function requireFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile()) return;
  const reason = stats?.isDirectory()
    ? `${file} is a folder, not a file.`
    : `The file ${file} does not exist.`;
  throw new HarnessError('file-missing', reason, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: stats
      ? 'Name the files in it, such as scenarios/*.yaml.'
      : 'Correct the path; it is relative to the working directory.',
  });
}

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { findProjectFile, PROJECT_FILE } from '../project/find-project.ts';
import { Suite } from '../scenario/suite.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';
import { loadRuns, requestOf, type SelectionOptions } from './run-request.ts';

/** Options of `run` as commander hands them over. */
export interface RunOptions extends RunOnceOptions, SelectionOptions {
  /** Goes on with an interrupted call: the one named, or the latest. */
  resume?: string | true;
  watch: boolean;
}

export async function runScenarios(named: readonly string[], options: RunOptions): Promise<void> {
  const { resume } = options;
  checkTogether(named, options);
  const paths = named.length === 0 && resume === undefined ? [scenariosOfProject()] : named;
  const resumed =
    resume === undefined
      ? undefined
      : Suite.find(openWorkspace().suites, resume === true ? undefined : resume);
  const request = resumed?.request ?? requestOf(paths, options);
  if (options.watch) {
    const { watchScenarios } = await import('./watch-scenarios.ts');
    return watchScenarios(request, options);
  }
  const scenarios = loadRuns(request);
  const interruption = untilInterrupted();
  let exitCode: ExitCode;
  try {
    exitCode = await runOnce({
      request,
      scenarios,
      options,
      signal: interruption.abort,
      ...(resumed ? { resumed } : {}),
    });
  } catch (error) {
    if (!interruption.abort.aborted) throw error;
    process.stderr.write(
      'Interrupted: everything this run had started is stopped. Go on with: cosmicai run --resume\n',
    );
    throw new CommandExit(INTERRUPTED);
  }
  if (exitCode !== ExitCode.passed) throw new CommandExit(exitCode);
}

/** The folder `scenarios` beside the project file: what a call without paths runs. */
function scenariosOfProject(): string {
  const file = findProjectFile(process.cwd());
  const folder = file === undefined ? undefined : join(dirname(file), 'scenarios');
  if (folder !== undefined && existsSync(folder)) return relative(process.cwd(), folder) || '.';
  throw new HarnessError(
    'nothing-to-run',
    file === undefined
      ? `There is nothing to run: no ${PROJECT_FILE} was found at or above this folder.`
      : `There is nothing to run: the folder of ${relative(process.cwd(), file)} has no folder scenarios.`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'Name scenario files or folders, or write a first one with "cosmicai init".',
    },
  );
}

function checkTogether(paths: readonly string[], { resume, watch }: RunOptions): void {
  const refuse = (message: string, remedy: string) =>
    new HarnessError('bad-options', message, { exitCode: ExitCode.inputWrong, remedy });
  if (resume !== undefined && paths.length > 0)
    throw refuse(
      'A resumed run has its scenarios already; it takes no further ones.',
      'Leave the paths out, or run them without --resume.',
    );
  if (resume !== undefined && watch)
    throw refuse('--resume and --watch do not go together.', 'Leave one of them out.');
}

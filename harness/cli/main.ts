/** Composition root: the commands, and the one place where errors become sentences and exit codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ExitCode } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { CommandExit } from './command.ts';
import { commands } from './index.ts';
import { printError } from './print-error.ts';

const EXAMPLES = `
Examples:
  $ cosmicai run scenarios/partition-sweep.yaml
  $ cosmicai run scenarios/partition-sweep.yaml --set "data=1 GB" --json sweep.json
  $ cosmicai up --port 4566 --state .cosmicai/state
  $ cosmicai data generate --partition-mb 25 --count 4 --format pt --seed 7 --out data/25MB
  $ cosmicai validate scenarios/*.yaml

Exit codes: 0 passed, 1 an expectation failed, 2 the input is wrong, 3 the environment failed, 130 interrupted.`;

/** Runs the command line and ends the process. */
export async function main(argv: readonly string[]): Promise<void> {
  // The SDK's note about Node versions to come is for its users' authors, not for whoever runs a scenario.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  process.exit(await execute(argv));
}

async function execute(argv: readonly string[]): Promise<number> {
  const program = createProgram(argv);
  try {
    await program.parseAsync(argv);
    return ExitCode.passed;
  } catch (error) {
    if (error instanceof CommandExit) return error.exitCode;
    // Commander has printed its own message; help and version are no mistakes.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.passed : ExitCode.inputWrong;
    return printError(error, { debug: argv.includes('--debug') });
  }
}

/** The command that is typed is known to the program, and only where none is, all are: defining one takes time. */
function createProgram(argv: readonly string[]): Command {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const program = new Command('cosmicai')
    .description(manifest.description)
    .version(manifest.version, '-V, --version')
    .option('--debug', 'show stack traces with errors')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('Run with --help to see what is possible.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const typed = argv.slice(2).find((argument) => !argument.startsWith('-'));
  const meant = commands.filter(({ name }) => name === typed);
  for (const command of meant.length > 0 ? meant : commands) command.register(program);
  for (const command of program.commands) inherit(command);
  return program;
}

/** Sub-commands answer mistakes the way the program does. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError('Run with --help to see what is possible.');
  for (const child of command.commands) inherit(child);
}

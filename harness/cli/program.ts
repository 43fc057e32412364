/** The program that commands are added to, and the one place where errors become sentences and exit codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ExitCode } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { type CommandDefinition, CommandExit } from './command.ts';
import { printError } from './print-error.ts';

const EXAMPLES = `
Examples:
  $ cosmicai run scenarios/orders.yaml
  $ cosmicai run scenarios/orders.yaml --set rows=200,2000 --json orders.json
  $ cosmicai up --port 4566 --state .cosmicai/state
  $ cosmicai validate scenarios/*.yaml

Exit codes: 0 passed, 1 an expectation failed, 2 the input is wrong, 3 the environment failed, 130 interrupted.`;

/** The command that is typed; commands have no options before their name but those of the program. */
export const typedCommand = (argv: readonly string[]): string | undefined =>
  argv.slice(2).find((argument) => !argument.startsWith('-'));

/**
 * Runs the command line with the given commands and ends the process.
 * @param prepare runs before the action of a command, by the command's name
 */
export async function runProgram(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
  prepare: (command: string) => Promise<void> = async () => {},
): Promise<void> {
  // The SDK's note about future Node versions is for authors of SDK programs, not for the user of this one.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  process.exit(await execute(argv, commands, prepare));
}

async function execute(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
  prepare: (command: string) => Promise<void>,
): Promise<number> {
  const program = createProgram(commands);
  program.hook('preAction', async (_program, action) => {
    let top = action;
    while (top.parent && top.parent !== program) top = top.parent;
    await prepare(top.name());
  });
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

function createProgram(commands: readonly CommandDefinition[]): Command {
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
  for (const command of commands) command.register(program);
  for (const command of program.commands) inherit(command);
  return program;
}

/** Sub-commands answer mistakes the way the program does. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError('Run with --help to see what is possible.');
  for (const child of command.commands) inherit(child);
}

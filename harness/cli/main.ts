/** Composition root: the commands, and the one place where errors become sentences and exit codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ExitCode } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { commandLineOf, packCommandLines } from '../packs/command-line.ts';
import { type CommandDefinition, CommandExit } from './command.ts';
import { commands } from './index.ts';
import { packOfFolder } from './pack-of-folder.ts';
import { printError } from './print-error.ts';

const EXAMPLES = `
Examples:
  $ cosmicai run scenarios/orders.yaml
  $ cosmicai run scenarios/orders.yaml --set rows=200,2000 --json orders.json
  $ cosmicai up --port 4566 --state .cosmicai/state
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
  const ofPacks = Object.values(packCommandLines).flatMap((one) => one.commands);
  const meant = [...commands, ...ofPacks].filter(({ name }) => name === typed);
  for (const command of meant.length > 0 ? meant : listed()) command.register(program);
  const withPacks = new Set(commands.filter(({ usesPacks }) => usesPacks).map(({ name }) => name));
  program.hook('preAction', async (_program, action) => {
    let top = action;
    while (top.parent && top.parent !== program) top = top.parent;
    if (!withPacks.has(top.name())) return;
    const { registerPacks } = await import('../packs/register.ts');
    registerPacks();
  });
  for (const command of program.commands) inherit(command);
  return program;
}

/** Commands that `--help` shows: those of a pack only in a project that uses it. */
function listed(): readonly CommandDefinition[] {
  return [...commands, ...(commandLineOf(packOfFolder())?.commands ?? [])];
}

/** Sub-commands answer mistakes the way the program does. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError('Run with --help to see what is possible.');
  for (const child of command.commands) inherit(child);
}

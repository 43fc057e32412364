/** Composition root of the command line: every command, and those of packs. */
import { commandLineOf, packCommandLines } from '../packs/command-line.ts';
import type { CommandDefinition } from './command.ts';
import { commands } from './index.ts';
import { packOfFolder } from './pack-of-folder.ts';
import { runProgram, typedCommand } from './program.ts';

/** Runs the command line and ends the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const withPacks = new Set(commands.filter(({ usesPacks }) => usesPacks).map(({ name }) => name));
  await runProgram(argv, registered(argv), async (command) => {
    if (!withPacks.has(command)) return;
    const { registerPacks } = await import('../packs/register.ts');
    registerPacks();
  });
}

/** The typed command alone, because defining one takes time; all that `--help` shows where none is typed. */
function registered(argv: readonly string[]): readonly CommandDefinition[] {
  const typed = typedCommand(argv);
  const ofPacks = Object.values(packCommandLines).flatMap((one) => one.commands);
  const meant = [...commands, ...ofPacks].filter(({ name }) => name === typed);
  // Commands of a pack are listed only in a project that uses it.
  return meant.length > 0 ? meant : [...commands, ...(commandLineOf(packOfFolder())?.commands ?? [])];
}

import { Argument, Option } from 'commander';
import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ source <(cosmicai completion bash)               in ~/.bashrc
  $ source <(cosmicai completion zsh)                in ~/.zshrc, after compinit
  $ cosmicai completion fish | source                in ~/.config/fish/config.fish`;

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const completion: CommandDefinition = {
  name: 'completion',
  usesPacks: true,
  register(program) {
    program
      .command('completion')
      .description('print the script that completes commands, options and their values in a shell')
      .addArgument(new Argument('<shell>', 'shell to complete in').choices(SHELLS))
      .addHelpText('after', EXAMPLES)
      .action(async (shell: Shell) => {
        const { completionScript } = await import('./completion/scripts.ts');
        process.stdout.write(completionScript(shell, [process.execPath, process.argv[1]!]));
      });
    // What the scripts call for each Tab: derived from the commands themselves, so that it cannot go stale.
    program
      .command('complete', { hidden: true })
      .argument('[words...]', 'words so far, the one to complete last')
      .option('--line <line>', 'the line up to the cursor, in the place of words')
      .addOption(new Option('--shell <shell>', 'who asks').choices(SHELLS).default('fish'))
      .action(async (words: string[], { line, shell }: { line?: string; shell: Shell }) => {
        const { renderCompletions } = await import('./completion/render-completions.ts');
        process.stdout.write(await renderCompletions(program, { words, line, shell }));
      });
  },
};

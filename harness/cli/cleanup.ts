import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai cleanup
  $ cosmicai cleanup --all`;

export const cleanup: CommandDefinition = {
  name: 'cleanup',
  register(program) {
    program
      .command(this.name)
      .description('remove what runs that crashed left behind: containers, and deployments on AWS')
      .option('--all', 'also what belongs to runs that may still be going on', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: { all: boolean }) => {
        const { removeLeftovers } = await import('./remove-leftovers.ts');
        await removeLeftovers(options);
      });
  },
};

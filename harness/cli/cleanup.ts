import type { CommandDefinition } from './command.ts';
import { dataSizeBytes, durationSeconds } from './options.ts';
import type { CleanupOptions } from './remove-leftovers.ts';

const EXAMPLES = `
Examples:
  $ cosmicai cleanup
  $ cosmicai cleanup --all
  $ cosmicai cleanup --older-than 7d --dry-run
  $ cosmicai cleanup --max-size "2 GB"`;

export const cleanup: CommandDefinition = {
  name: 'cleanup',
  register(program) {
    program
      .command(this.name)
      .description('remove what crashed runs left: containers, deployments on AWS; and old runs and caches')
      .option('--all', 'also containers and deployments of runs that may still be going on', false)
      .option(
        '--older-than <time>',
        'also runs and caches in .cosmicai not changed for this time, such as 7d',
        durationSeconds,
      )
      .option(
        '--max-size <size>',
        'also the oldest runs and caches, until .cosmicai is at most so large',
        dataSizeBytes,
      )
      .option('--dry-run', 'print which runs and caches would be removed; remove nothing', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: CleanupOptions) => {
        const { removeLeftovers } = await import('./remove-leftovers.ts');
        await removeLeftovers(options);
      });
  },
};

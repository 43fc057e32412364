import type { CommandDefinition } from './command.ts';
import type { RollbackOptions } from './show-releases.ts';

const EXAMPLES = `
Examples:
  $ cosmicai rollback --to prod
  $ cosmicai rollback --to prod --release r0123456789ab --reason "wrong totals"`;

export const rollback: CommandDefinition = {
  name: 'rollback',
  register(program) {
    program
      .command(this.name)
      .description('route all traffic back to an earlier release, or abandon an unfinished one')
      .requiredOption('--to <environment>', 'an environment of the policy')
      .option('--policy <file>', 'names the environments', 'promotion.yaml')
      .option('--release <id>', 'the release to go back to (default: the one before)')
      .option('--reason <text>', 'recorded in the history', 'rolled back by hand')
      .addHelpText('after', EXAMPLES)
      .action(async (options: RollbackOptions) => {
        const { rollBackRelease } = await import('./show-releases.ts');
        await rollBackRelease(options);
      });
  },
};

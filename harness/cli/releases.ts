import type { CommandDefinition } from './command.ts';
import type { ReleasesOptions } from './show-releases.ts';

export const releases: CommandDefinition = {
  name: 'releases',
  register(program) {
    program
      .command(this.name)
      .description('the history of an environment: digests, evidence, who and when')
      .requiredOption('--of <environment>', 'an environment of the policy')
      .option('--policy <file>', 'names the environments', 'promotion.yaml')
      .option('--evidence <release>', "print a release's evidence")
      .option('--json', 'print the history as JSON', false)
      .action(async (options: ReleasesOptions) => {
        const { showReleases } = await import('./show-releases.ts');
        await showReleases(options);
      });
  },
};

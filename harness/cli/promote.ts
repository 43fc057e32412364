import type { CommandDefinition } from './command.ts';
import type { PromoteOptions } from './promote-release.ts';

const EXAMPLES = `
Without --apply nothing is written. The state of releases is in the environment's releases bucket in the account.

Examples:
  $ cosmicai promote --to prod --evidence evidence.json
  $ cosmicai promote --to prod --evidence evidence.json --plan plan.json
  $ cosmicai promote --to prod --evidence evidence.json --apply plan.json
  $ cosmicai promote --to prod --evidence evidence.json --artifacts release --apply
  $ cosmicai promote --to prod --rights > promoter-policy.json`;

export const promote: CommandDefinition = {
  name: 'promote',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description(
        'release attested artifacts: plan, apply, and roll back automatically when the release is bad',
      )
      .requiredOption('--to <environment>', 'an environment of the policy')
      .option('--evidence <file>', 'signed evidence that the artifacts passed')
      .option('--policy <file>', 'what must be proven, and the environments', 'promotion.yaml')
      .option('--artifacts <dir>', 'the artifacts (default: built from the sources)')
      .option('--plan [file]', 'show what would change, and keep the plan in a file')
      .option('--apply [plan]', 'carry it out; with a file only if nothing has changed since that plan')
      .option('--rights', 'print the IAM policy that promotion to the environment needs', false)
      .option('--accept-drift', 'overwrite what was changed by hand', false)
      .option('--allow-in-flight', 'go on although executions are running', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: PromoteOptions) => {
        const { promoteRelease } = await import('./promote-release.ts');
        await promoteRelease(options);
      });
  },
};

import type { CommandDefinition } from './command.ts';
import { axisOverride, percentage } from './options.ts';

const EXAMPLES = `
Examples:
  $ cosmicai mutate scenarios/orders.yaml
  $ cosmicai mutate scenarios/orders.yaml --min-score 90 --json mutants.json

Exit code 1: the score is below --min-score (100 when left out).`;

export const mutate: CommandDefinition = {
  name: 'mutate',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('inject defects into a passing scenario, and tell which of them it would not catch')
      .argument('<file>', 'scenario file; its first cell is run, on the embedded backend')
      .option('--set <axis=values>', 'replace the values of a matrix axis; may be repeated', axisOverride)
      .option('--min-score <percent>', 'least share of the defects that must be caught', percentage, 100)
      .option('--only <defects>', 'only these of the catalogue, separated by commas: `swap,nan`')
      .option('--json <file>', 'write the result as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (file: string, options: import('./mutate-scenario.ts').MutateCommandOptions) => {
        const { mutateScenario } = await import('./mutate-scenario.ts');
        await mutateScenario(file, options);
      });
  },
};

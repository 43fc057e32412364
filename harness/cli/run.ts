import type { CommandDefinition } from './command.ts';
import { axisOverride } from './options.ts';
import type { RunOptions } from './run-scenarios.ts';

const EXAMPLES = `
Examples:
  $ cosmicai run scenarios/partition-sweep.yaml
  $ cosmicai run scenarios/*.yaml --json results.json
  $ cosmicai run scenarios/partition-sweep.yaml --set partitionMB=25,50 --set "data=1 GB"`;

export const run: CommandDefinition = {
  register(program) {
    program
      .command('run')
      .description('replay scenarios, judge and measure them')
      .argument('<file...>', 'scenario files')
      .option('--backend <name>', 'where to run: embedded, or endpoint=URL', 'embedded')
      .option('--json <out>', 'write verdicts and metrics as JSON')
      .option('--set <axis=values>', 'replace the values of a matrix axis; may be repeated', axisOverride)
      .option('--keep', 'keep the state folder of runs that passed', false)
      .option('--verbose', 'print what the backend does', false)
      .addHelpText('after', EXAMPLES)
      .action(async (files: string[], options: RunOptions) => {
        const { runScenarios } = await import('./run-scenarios.ts');
        await runScenarios(files, options);
      });
  },
};

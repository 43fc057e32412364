import { InvalidArgumentError } from 'commander';
import type { CommandDefinition } from './command.ts';
import { limitsOption } from './limits-option.ts';
import { dataSizeBytes } from './options.ts';
import type { PredictOptions } from './predict-runs.ts';

const EXAMPLES = `
Durations are those that the runs measured, on the machine and backend of the runs; Lambda's environments, quotas,
dispatch of children, transitions and retries are modelled on the state machine itself. Runs of several partition
sizes and of several numbers of partitions say more.

Examples:
  $ cosmicai predict last --data "12.6 GB"
  $ cosmicai predict partition-sweep-25 partition-sweep-100 --data "1 TB" --concurrency 900
  $ cosmicai predict last --data "1 GB" --cores 2 --limits none --json prediction.json`;

export const predict: CommandDefinition = {
  name: 'predict',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('predict time and cost of a pipeline at another size of the data, from finished runs')
      .argument('<run...>', 'runs of one scenario, as for "report"')
      .requiredOption('--data <size>', 'all data to process, such as "1 TB"', dataSizeBytes)
      .option(
        '--partition-size <size>',
        'size of a partition; may be repeated (default: those of the runs)',
        addBytes,
      )
      .option('--concurrency <count>', "MaxConcurrency in place of the state machine's", count)
      .option(
        '--cores <count>',
        'cores of one machine that runs all functions (default: AWS, no bound)',
        count,
      )
      .option('--limits <quotas>', 'aws-default, new-account, none, or name=value,...', limitsOption)
      .option('--region <region>', 'prices of this region')
      .option('--architecture <name>', 'x86_64 or arm64')
      .option('--seed <seed>', 'seed of the draws', '1')
      .option('--json <out>', 'write the prediction as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (runs: string[], options: PredictOptions) => {
        const { predictRuns } = await import('./predict-runs.ts');
        await predictRuns(runs, options);
      });
  },
};

const addBytes = (text: string, before: number[] = []): number[] => [...before, dataSizeBytes(text)];

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Write a whole number above 0.');
}

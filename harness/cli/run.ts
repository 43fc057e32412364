import type { CommandDefinition } from './command.ts';
import {
  axisOverride,
  coverageMinimums,
  dollars,
  durationSeconds,
  listOf,
  pattern,
  shard,
  wholeNumber,
} from './options.ts';
import { addCostOptions, addReportOptions } from './report-options.ts';
import type { RunOptions } from './run-scenarios.ts';

const EXAMPLES = `
Examples:
  $ cosmicai run
  $ cosmicai run scenarios/orders.yaml
  $ cosmicai run scenarios/ --tag quick --bail
  $ cosmicai run scenarios/ --shard 1/4 --junit results.xml --html report.html
  $ cosmicai run scenarios/tiny.yaml --repeat 10
  $ cosmicai run scenarios/ --workers 2
  $ cosmicai run --resume
  $ cosmicai run scenarios/tiny.yaml --watch
  $ cosmicai run scenarios/orders.yaml --set rows=200,2000`;

export const run: CommandDefinition = {
  name: 'run',
  usesPacks: true,
  register(program) {
    const command = program
      .command(this.name)
      .description('replay scenarios, judge and measure them')
      .argument('[path...]', 'scenario files, or folders of them (default: scenarios/ of the project)')
      .optionsGroup('Which runs:')
      .option('--set <axis=values>', 'replace the values of a matrix axis; may be repeated', axisOverride)
      .option('--grep <pattern>', 'only runs whose name and cell match a regular expression', pattern)
      .option('--tag <tags>', 'only scenarios with one of these tags; !tag leaves out', listOf)
      .option('--shard <i/n>', 'only the i-th of n parts of the runs', shard)
      .option('--resume [id]', 'go on with an interrupted call: what passed is not repeated')
      .optionsGroup('Where and how they run:')
      .option(
        '--backend <name>',
        'where to run: embedded, localstack, endpoint=URL, aws; mixed: localstack,lambda=embedded',
        'embedded',
      )
      .option('--workers <n>', 'carry out n runs side by side, each isolated', wholeNumber(1, 64), 1)
      .option('--repeat <n>', 'carry out each run n times; median and interval', wholeNumber(1, 1000), 1)
      .option('--retries <n>', 'try a failed run again, up to n times', wholeNumber(0, 100), 0)
      .option('--bail', 'end at the first run that does not pass', false)
      .option('--timeout <time>', 'stop executions after this time, such as 90s or 5m', durationSeconds)
      .option('--watch', 'run again what a changed file touches, until interrupted', false)
      .option('--keep', 'keep the state folder of runs that passed', false)
      .option('--verbose', 'print what the backend does', false)
      .optionsGroup('How they are judged:')
      .option(
        '--coverage <minimums>',
        'least coverage of the suite in percent, such as states=100,catchers=50',
        coverageMinimums,
      )
      .option('--strict', 'exit code 3 when a check cannot be judged on the backend', false)
      .option('--update', 'write snapshots and baselines anew instead of comparing', false)
      .option('--attest <file>', 'write signed evidence that the artifacts passed; only if all runs did')
      .option('--key <file>', 'private key for --attest (default: COSMICAI_SIGNING_KEY)')
      .optionsGroup('On AWS:')
      .option(
        '--dry-run',
        'print what would be made in the account and what it may cost; make nothing',
        false,
      )
      .option('--max-cost <usd>', 'estimated cost from which --yes is needed', dollars)
      .option('--yes', 'run at any cost', false);
    addCostOptions(addReportOptions(command))
      .addHelpText('after', EXAMPLES)
      .action(async (files: string[], options: RunOptions) => {
        const { runScenarios } = await import('./run-scenarios.ts');
        await runScenarios(files, options);
      });
  },
};

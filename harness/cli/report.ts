import type { CommandDefinition } from './command.ts';
import { axisOverride } from './options.ts';
import type { AttachOptions } from './report-execution.ts';
import {
  addCostOptions,
  addReportOptions,
  type CostOptionsGiven,
  type ReportOptions,
} from './report-options.ts';

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last" for all runs of the last call of
"cosmicai run"; or the ARN of an execution that was started elsewhere, which is read from --endpoint or from AWS.

Examples:
  $ cosmicai report last --open
  $ cosmicai report last --html report.html
  $ cosmicai report .cosmicai/runs/orders-* --html orders.html --markdown orders.md
  $ cosmicai report last --extrapolate "12.6 GB" --region eu-west-2 --architecture arm64
  $ cosmicai report arn:aws:states:us-east-1:000000000000:execution:etl:1 --endpoint http://127.0.0.1:4566
  $ cosmicai report arn:aws:states:eu-west-2:123456789012:execution:etl:1 --scenario scenarios/orders.yaml`;

export const report: CommandDefinition = {
  name: 'report',
  usesPacks: true,
  register(program) {
    const command = program
      .command(this.name)
      .description('show finished runs again, or executions that were started elsewhere, in any format')
      .argument('<run...>', 'runs, or ARNs of executions, to report on')
      .option('--endpoint <url>', 'where an execution ran, as ARN; AWS itself when left out')
      .option('--profile <name>', 'named profile with the credentials for it')
      .option('--scenario <file>', 'judge the execution by this scenario')
      .option('--set <axis=values>', 'choose one run of the scenario by its matrix', axisOverride)
      .option('--open', 'open the HTML report in the browser', false);
    addCostOptions(addReportOptions(command))
      .addHelpText('after', EXAMPLES)
      .action(
        async (
          runs: string[],
          options: ReportOptions & CostOptionsGiven & AttachOptions & { open: boolean },
        ) => {
          const { reportRuns } = await import('./report-runs.ts');
          await reportRuns(runs, options);
        },
      );
  },
};

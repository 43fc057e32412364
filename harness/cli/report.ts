import type { CommandDefinition } from './command.ts';
import {
  addCostOptions,
  addReportOptions,
  type CostOptionsGiven,
  type ReportOptions,
} from './report-options.ts';

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last".

Examples:
  $ cosmicai report last --html report.html
  $ cosmicai report .cosmicai/runs/partition-sweep-* --html sweep.html --markdown sweep.md
  $ cosmicai report last --extrapolate "12.6 GB" --region eu-west-2 --architecture arm64`;

export const report: CommandDefinition = {
  name: 'report',
  register(program) {
    const command = program
      .command(this.name)
      .description('show finished runs again, in any format')
      .argument('<run...>', 'runs to report on');
    addCostOptions(addReportOptions(command))
      .addHelpText('after', EXAMPLES)
      .action(async (runs: string[], options: ReportOptions & CostOptionsGiven) => {
        const { reportRuns } = await import('./report-runs.ts');
        await reportRuns(runs, options);
      });
  },
};

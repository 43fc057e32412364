import type { CommandDefinition } from './command.ts';
import { addReportOptions, type ReportOptions } from './report-options.ts';

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last".

Examples:
  $ cosmicai report last --html report.html
  $ cosmicai report .cosmicai/runs/partition-sweep-* --html sweep.html --markdown sweep.md`;

export const report: CommandDefinition = {
  register(program) {
    const command = program
      .command('report')
      .description('show finished runs again, in any format')
      .argument('<run...>', 'runs to report on');
    addReportOptions(command)
      .addHelpText('after', EXAMPLES)
      .action(async (runs: string[], options: ReportOptions) => {
        const { reportRuns } = await import('./report-runs.ts');
        await reportRuns(runs, options);
      });
  },
};

import { writeFileSync } from 'node:fs';
import type { CommandDefinition } from './command.ts';
import { writeReport } from './report-options.ts';

interface CompareOptions {
  html?: string;
  markdown?: string;
}

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last".

Examples:
  $ cosmicai compare partition-sweep-25 partition-sweep-50
  $ cosmicai compare before after --html changes.html --markdown changes.md`;

export const compare: CommandDefinition = {
  register(program) {
    program
      .command('compare')
      .description('put the metrics of two runs side by side, with their ratios')
      .argument('<a>', 'the run to compare with')
      .argument('<b>', 'the run compared')
      .option('--html <out>', 'write the comparison as one HTML file that opens offline')
      .option('--markdown <out>', 'write the comparison as Markdown')
      .addHelpText('after', EXAMPLES)
      .action(async (first: string, second: string, { html, markdown }: CompareOptions) => {
        const { renderComparison, renderComparisonMarkdown } = await import('../reports/compare.ts');
        const { loadRun } = await import('../reports/saved-run.ts');
        const { findRunFolder } = await import('./run-folders.ts');
        const a = loadRun(findRunFolder(first));
        const b = loadRun(findRunFolder(second));
        if (html !== undefined) {
          const { renderComparePage } = await import('../reports/html/compare-page.ts');
          writeReport(html, () => writeFileSync(html, renderComparePage(a, b)));
        }
        if (markdown !== undefined) {
          writeReport(markdown, () => writeFileSync(markdown, renderComparisonMarkdown(a, b)));
        }
        if (html === undefined && markdown === undefined) process.stdout.write(renderComparison(a, b));
      });
  },
};

import { writeFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { CellValue } from '../scenario/matrix.ts';
import type { CommandDefinition } from './command.ts';
import { axisOverride } from './options.ts';
import { writeReport } from './report-options.ts';

interface CompareOptions {
  html?: string;
  markdown?: string;
  backends?: string;
  set?: Record<string, CellValue[]>;
}

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last".

Examples:
  $ cosmicai compare partition-sweep-25 partition-sweep-50
  $ cosmicai compare before after --html changes.html --markdown changes.md
  $ cosmicai compare scenarios/tiny.yaml --backends embedded,endpoint=http://127.0.0.1:4566
  $ cosmicai compare scenarios/tiny.yaml --backends embedded,localstack,lambda=embedded`;

export const compare: CommandDefinition = {
  name: 'compare',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('put two runs side by side, or one scenario on several backends')
      .argument('<a...>', 'two runs, the first to compare with; or scenario files with --backends')
      .option('--backends <list>', 'run the scenarios on each of these and print where they differ')
      .option('--set <axis=values>', 'replace the values of a matrix axis; may be repeated', axisOverride)
      .option('--html <out>', 'write the comparison as one HTML file that opens offline')
      .option('--markdown <out>', 'write the comparison as Markdown')
      .addHelpText('after', EXAMPLES)
      .action(async (names: string[], { html, markdown, backends, set }: CompareOptions) => {
        if (backends !== undefined) {
          const { compareBackends } = await import('./compare-backends.ts');
          return compareBackends(names, backends, set);
        }
        const [first, second] = twoRuns(names);
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

function twoRuns(names: readonly string[]): [string, string] {
  const [a, b, ...more] = names;
  if (a !== undefined && b !== undefined && more.length === 0) return [a, b];
  throw new HarnessError('bad-comparison', `Two runs are compared, and ${names.length} named.`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'Name two runs, or scenarios with --backends.',
  });
}

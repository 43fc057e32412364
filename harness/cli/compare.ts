import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last".

Examples:
  $ cosmicai compare partition-sweep-25 partition-sweep-50`;

export const compare: CommandDefinition = {
  register(program) {
    program
      .command('compare')
      .description('put the metrics of two runs side by side, with their ratios')
      .argument('<a>', 'the run to compare with')
      .argument('<b>', 'the run compared')
      .addHelpText('after', EXAMPLES)
      .action(async (a: string, b: string) => {
        const { renderComparison } = await import('../reports/compare.ts');
        const { loadRun } = await import('../reports/saved-run.ts');
        const { findRunFolder } = await import('./run-folders.ts');
        process.stdout.write(renderComparison(loadRun(findRunFolder(a)), loadRun(findRunFolder(b))));
      });
  },
};

import { Option } from 'commander';
import type { CommandDefinition } from '../../../cli/command.ts';
import { wholeNumber } from '../../../cli/options.ts';
import { partitionFormats } from '../data/dataset.ts';
import { SURVEY_EFFECTS } from '../data/survey/effects.ts';
import type { GenerateOptions } from './data-generate.ts';

const EXAMPLES = `
Examples:
  $ cosmicai data generate --partition-mb 25 --count 4 --format pt --seed 7 --out data/25MB
  $ cosmicai data inspect data/25MB/1.pt`;

export const data: CommandDefinition = {
  name: 'data',
  register(program) {
    const group = program
      .command(this.name)
      .description('make and look into partitions')
      .addHelpText('after', EXAMPLES);
    group
      .command('generate')
      .description('write partitions of a synthetic survey; the same seed gives the same bytes')
      .addOption(
        new Option('--partition-mb <size>', 'size of a partition')
          .choices(['25', '50', '75', '100'])
          .makeOptionMandatory(),
      )
      .requiredOption('--count <n>', 'number of partitions', wholeNumber(1))
      .addOption(new Option('--format <format>', 'file format').choices(partitionFormats).default('pt'))
      .option('--seed <seed>', 'seed of the survey', wholeNumber(0), 7)
      .addOption(
        new Option('--effects <effect...>', 'what makes some samples hard, as in real surveys')
          .choices(SURVEY_EFFECTS)
          .default([]),
      )
      .addOption(
        new Option('--like <data>', 'float64 magnitudes and a short last partition').choices(['original']),
      )
      .requiredOption('--out <dir>', 'folder to write to')
      .addHelpText('after', EXAMPLES)
      .action(async (options: GenerateOptions) => {
        const { generateData } = await import('./data-generate.ts');
        await generateData(options);
      });
    group
      .command('inspect')
      .description('say what a partition holds: format, samples, ranges, redshifts')
      .argument('<file...>', 'partition files')
      .option('--imaging <json>', 'what to make of other bands or sizes, such as {"crop": true}')
      .action(async (files: string[], options: { imaging?: string }) => {
        const { inspectData } = await import('./data-inspect.ts');
        await inspectData(files, options.imaging);
      });
  },
};

import { Option } from 'commander';
import type { CommandDefinition } from './command.ts';
import type { ExportOptions } from './export-release.ts';

const EXAMPLES = `
Examples:
  $ cosmicai export --format sam --to prod --evidence evidence.json --out deploy
  $ cosmicai export --format terraform --to prod --evidence evidence.json --out deploy`;

export const exportCommand: CommandDefinition = {
  name: 'export',
  register(program) {
    program
      .command(this.name)
      .description('write a template that pins what was proven by digest, for tools of your own')
      .addOption(
        new Option('--format <format>', 'language of the template')
          .choices(['sam', 'cloudformation', 'terraform'])
          .makeOptionMandatory(),
      )
      .requiredOption('--to <environment>', 'an environment of the policy')
      .requiredOption('--evidence <file>', 'signed evidence that the artifacts passed')
      .requiredOption('--out <dir>', 'folder for the template and the files that it refers to')
      .option('--policy <file>', 'what must be proven, and the environments', 'promotion.yaml')
      .option('--artifacts <dir>', 'the artifacts (default: built from the sources)')
      .addHelpText('after', EXAMPLES)
      .action(async (options: ExportOptions) => {
        const { exportRelease } = await import('./export-release.ts');
        await exportRelease(options);
      });
  },
};

import { Option } from 'commander';
import type { CommandDefinition } from './command.ts';
import type { InitOptions } from './initialize.ts';
import { templateNames } from './project-templates.ts';

const EXAMPLES = `
Examples:
  $ cosmicai init my-pipeline --template map-csv-python
  $ cosmicai init
  $ cosmicai init scenarios/large-upload.yaml`;

export const init: CommandDefinition = {
  name: 'init',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('write a project that runs at once, or a scenario for the project found')
      .argument('[path]', 'folder of the new project, or scenario file to write (.yaml)')
      .addOption(new Option('--template <name>', 'project to start from').choices(templateNames))
      .option('--force', 'replace files that exist', false)
      .addHelpText('after', EXAMPLES)
      .action(async (path: string | undefined, options: InitOptions) => {
        const { initialize } = await import('./initialize.ts');
        initialize(path, options);
      });
  },
};

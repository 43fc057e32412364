import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai init
  $ cosmicai init checks/first.yaml
  $ cosmicai run checks/first.yaml`;

export const init: CommandDefinition = {
  name: 'init',
  register(program) {
    program
      .command(this.name)
      .description('write a first scenario, and the schema that editors complete it by')
      .argument('[file]', 'scenario file to write', 'scenarios/first.yaml')
      .option('--force', 'replace a file that is there already', false)
      .addHelpText('after', EXAMPLES)
      .action(async (file: string, options: { force: boolean }) => {
        const { writeFirstScenario } = await import('./write-first-scenario.ts');
        writeFirstScenario(file, options.force);
      });
  },
};

import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai validate scenarios/*.yaml statemachine/*.asl.json`;

export const validate: CommandDefinition = {
  name: 'validate',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description(
        'check projects and scenarios (.yaml), state machines (.asl.json) and files of the pack without running',
      )
      .argument('<file...>', 'files to check')
      .addHelpText('after', EXAMPLES)
      .action(async (files: string[]) => {
        const { validateFiles } = await import('./validate-files.ts');
        await validateFiles(files);
      });
  },
};

import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai validate scenarios/*.yaml statemachine/*.asl.json
  $ cosmicai validate data/25MB/1.pt`;

export const validate: CommandDefinition = {
  name: 'validate',
  register(program) {
    program
      .command(this.name)
      .description(
        'check scenarios (.yaml), state machines (.asl.json) and partitions (.pt, .json) without running',
      )
      .argument('<file...>', 'files to check')
      .addHelpText('after', EXAMPLES)
      .action(async (files: string[]) => {
        const { validateFiles } = await import('./validate-files.ts');
        await validateFiles(files);
      });
  },
};

import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai doctor
  $ cosmicai doctor --json`;

export const doctor: CommandDefinition = {
  name: 'doctor',
  register(program) {
    program
      .command(this.name)
      .description('say what this machine can do: runtimes, memory limits, Docker, ports')
      .option('--json', 'print the findings as JSON', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: { json: boolean }) => {
        const { examineMachine } = await import('./examine-machine.ts');
        await examineMachine(options);
      });
  },
};

import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai record arn:aws:states:us-east-1:123456789012:execution:cosmicai:run-1 --output run-1.json
  $ cosmicai replay run-1.json
  $ cosmicai replay run-1.json --definition statemachine/changed.asl.json`;

export const replay: CommandDefinition = {
  name: 'replay',
  register(program) {
    program
      .command(this.name)
      .description('run a recorded execution again, offline, and tell the first event that differs')
      .argument('<history>', "a file that 'cosmicai record' wrote, or GetExecutionHistory's JSON")
      .option('--definition <file>', 'a state machine definition to run instead of the recorded one')
      .addHelpText('after', EXAMPLES)
      .action(async (file: string, options: { definition?: string }) => {
        const { replayHistory } = await import('./replay-history.ts');
        await replayHistory(file, options);
      });
  },
};

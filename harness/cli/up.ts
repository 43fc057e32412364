import type { CommandDefinition } from './command.ts';
import { wholeNumber } from './options.ts';

const EXAMPLES = `
Examples:
  $ cosmicai up
  $ cosmicai up --port 5000 --state /tmp/aws
  $ aws --endpoint-url http://127.0.0.1:4566 s3 mb s3://data`;

export const up: CommandDefinition = {
  register(program) {
    program
      .command('up')
      .description('serve the local AWS (S3, Lambda, Step Functions, Logs, IAM, STS) until interrupted')
      .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', wholeNumber(0, 65_535), 4566)
      .option('--state <dir>', 'folder for objects, functions and executions', '.cosmicai/state')
      .option('--verbose', 'print what the services do', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: { port: number; state: string; verbose: boolean }) => {
        const { serve } = await import('./serve.ts');
        await serve(options);
      });
  },
};

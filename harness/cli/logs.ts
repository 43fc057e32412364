import type { CommandDefinition } from './command.ts';
import type { TailOptions } from './logs-tail.ts';
import { durationSeconds } from './options.ts';

const EXAMPLES = `
Examples:
  $ cosmicai logs tail
  $ cosmicai logs tail /aws/lambda/orders-enrich --follow
  $ cosmicai logs tail --follow --filter ERROR --since 1h`;

export const logs: CommandDefinition = {
  name: 'logs',
  register(program) {
    const group = program
      .command(this.name)
      .description('look into the logs of functions and state machines')
      .addHelpText('after', EXAMPLES);
    group
      .command('tail')
      .description('print the latest events of a log group, or of all')
      .argument('[group]', 'name of a log group; all of them by default')
      .option('-f, --follow', 'go on with what comes in, until interrupted', false)
      .option(
        '--filter <pattern>',
        "a filter pattern of CloudWatch Logs: words, { $.level = 'ERROR' }, %regex%",
      )
      .option('--since <time>', 'how far to look back, as 30s, 10m, 2h', durationSeconds, 600)
      .option('--endpoint <url>', 'where the service answers', 'http://127.0.0.1:4566')
      .option('--region <region>', 'region of the logs', 'us-east-1')
      .addHelpText('after', EXAMPLES)
      .action(async (name: string | undefined, options: TailOptions) => {
        const { tailLogs } = await import('./logs-tail.ts');
        await tailLogs(name, options);
      });
  },
};

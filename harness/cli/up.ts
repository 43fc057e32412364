import { Option } from 'commander';
import type { CommandDefinition } from './command.ts';
import { limitsOption } from './limits-option.ts';
import { listOf, wholeNumber } from './options.ts';
import type { ServeOptions } from './serve.ts';

const EXAMPLES = `
Examples:
  $ cosmicai up
  $ cosmicai up --port 5000 --state /tmp/aws
  $ cosmicai up --limits none --clock virtual --seed 7
  $ cosmicai up --limits lambdaConcurrentExecutions=10,sfnPayloadBytes=1000
  $ cosmicai up --inspect cosmicai-inference=9230 --hot-reload cosmicai-inference=lambdas/inference
  $ cosmicai up --iam enforce --verify-signatures
  $ aws --endpoint-url http://127.0.0.1:4566 s3 mb s3://data`;

export const up: CommandDefinition = {
  name: 'up',
  register(program) {
    program
      .command(this.name)
      .description(
        'serve the local AWS (S3, Lambda, Step Functions, Logs, CloudWatch, IAM, STS) until interrupted',
      )
      .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', wholeNumber(0, 65_535), 4566)
      .option(
        '--host <address>',
        'address to listen on; any but a loopback one lets the network in, and nobody is asked who they are',
        '127.0.0.1',
      )
      .option('--state <dir>', 'folder for objects, functions and executions', '.cosmicai/state')
      .option(
        '--limits <quotas>',
        'aws-default, none, or name=value,... (default: aws-default)',
        limitsOption,
      )
      .addOption(
        new Option('--clock <clock>', 'time of Step Functions; virtual time skips waiting')
          .choices(['wall', 'virtual'])
          .default('wall'),
      )
      .option('--seed <seed>', 'seed of ids, jitter and faults; equal seeds give equal runs')
      .addOption(
        new Option(
          '--iam <mode>',
          'IAM policies of roles and users: off, warn of what would be denied, or enforce',
        )
          .choices(['off', 'warn', 'enforce'])
          .default('off'),
      )
      .option(
        '--verify-signatures',
        'refuse requests whose signature is wrong (keys test/test, users and sessions)',
        false,
      )
      .option('--chaos <file>', 'YAML file with faults: errors, latency, resets, killed functions ...')
      .addOption(
        new Option('--mocks <file>', "Step Functions Local's MockConfigFile; a test case is ARN#case").env(
          'SFN_MOCK_CONFIG',
        ),
      )
      .option(
        '--cpu-share',
        'give functions the share of a core that their memory buys (1,769 MB = 1 vCPU)',
        false,
      )
      .addOption(
        new Option(
          '--inspect [function]',
          'let a debugger attach, at name=port or the next port from 9229; timeouts are suspended',
        )
          .preset('*')
          .argParser(listOf),
      )
      .addOption(
        new Option(
          '--inspect-wait [function]',
          'the same, and wait for the debugger before the handler loads',
        )
          .preset('*')
          .argParser(listOf),
      )
      .option(
        '--hot-reload <function=folder>',
        'take code from a folder (index.ts is bundled); a change is taken up by the next invocation',
        listOf,
      )
      .option('--verbose', 'print what the services do', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: ServeOptions) => {
        const { serve } = await import('./serve.ts');
        await serve(options);
      });
  },
};

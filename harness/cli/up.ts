import { Option } from 'commander';
import type { CommandDefinition } from './command.ts';
import { limitsOption } from './limits-option.ts';
import { listOf, matching, wholeNumber } from './options.ts';
import type { ServeOptions } from './serve.ts';

const region = matching(/^[a-z]{2,4}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1');
const account = matching(/^\d{12}$/, 'an account id of twelve digits');

const EXAMPLES = `
Examples:
  $ cosmicai up
  $ cosmicai up --port 5000 --state /tmp/aws
  $ cosmicai up --limits none --clock virtual --seed 7
  $ cosmicai up --limits lambdaConcurrentExecutions=10,sfnPayloadBytes=1000
  $ cosmicai up --inspect orders-enrich=9230 --hot-reload orders-enrich=functions/enrich
  $ cosmicai up --iam enforce --verify-signatures
  $ aws --endpoint-url http://127.0.0.1:4566 s3 mb s3://data`;

/** @param onQuiet runs a moment after the start, before services that no request has needed are opened */
export const upCommand = (onQuiet: () => void = () => {}): CommandDefinition => ({
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
        'address to listen on; with any but a loopback address, other machines can call every service without authentication',
        '127.0.0.1',
      )
      .option('--state <dir>', 'folder for objects, functions and executions', '.cosmicai/state')
      .option(
        '--limits <quotas>',
        'aws-default, new-account, none, or name=value,... (default: aws-default)',
        limitsOption,
      )
      .addOption(
        new Option('--clock <clock>', 'time of Step Functions; virtual time skips waiting')
          .choices(['wall', 'virtual'])
          .default('wall'),
      )
      .option('--region <region>', 'default region; a client is served in the region it signs for', region)
      .option(
        '--account <id>',
        'default account, twelve digits; an access key of twelve digits names its own',
        account,
      )
      .option('--host-name <name>', 'a further host name of this server, e.g. host.docker.internal', listOf)
      .option('--allow-origin <origin>', 'an origin whose web pages may call every service', listOf)
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
        'refuse requests whose signature is wrong (keys of the root, users and sessions)',
        false,
      )
      .option(
        '--oidc-jwks <file>',
        'public keys (JWKS, or one for each issuer) that tokens of AssumeRoleWithWebIdentity are verified with',
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
          '--isolation <mode>',
          'keep functions from the files and processes of this machine: auto (if possible), required, or none',
        )
          .choices(['auto', 'required', 'none'])
          .env('COSMICAI_ISOLATION')
          .default('auto'),
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
      .option(
        '--tls',
        'serve HTTPS beside HTTP on the same port; the line ca names the certificate to trust',
        false,
      )
      .option(
        '--init <dir>',
        'run the scripts of a folder (.sh, .py, .js or executable) by name before the line ready',
      )
      .option('--verbose', 'print what the services do', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options: ServeOptions) => {
        const { serve } = await import('./serve.ts');
        await serve(options, onQuiet);
      });
  },
});

export const up = upCommand();

import type { CommandDefinition } from './command.ts';
import type { VerifyOptions } from './verify-evidence.ts';

const EXAMPLES = `
Examples:
  $ cosmicai verify evidence.json --policy promotion.yaml
  $ cosmicai verify evidence.json --artifacts release --json
  $ cosmicai verify evidence.json --evidence-only`;

export const verify: CommandDefinition = {
  name: 'verify',
  register(program) {
    program
      .command(this.name)
      .description('judge evidence by a policy: signature, digests, age, scenarios, backends, thresholds')
      .argument('<evidence>', 'file that "run --attest" or "attest" has written')
      .option('--policy <file>', 'what must be proven, and who may sign', 'promotion.yaml')
      .option('--artifacts <dir>', 'what is to be released (default: built from the sources)')
      .option('--evidence-only', 'leave out what is to be released, and its sources', false)
      .option('--json', 'print the verdict as JSON', false)
      .addHelpText('after', EXAMPLES)
      .action(async (file: string, options: VerifyOptions) => {
        const { verifyFile } = await import('./verify-evidence.ts');
        await verifyFile(file, options);
      });
  },
};

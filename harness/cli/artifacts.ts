import type { CommandDefinition } from './command.ts';
import { functionTarget } from './options.ts';

const EXAMPLES = `
Examples:
  $ cosmicai artifacts
  $ cosmicai artifacts --out release --target linux-arm64
  $ cosmicai artifacts --since last-release/manifest.json`;

export const artifacts: CommandDefinition = {
  name: 'artifacts',
  register(program) {
    program
      .command(this.name)
      .description('build what is deployed: zips, state machine and model, each by digest')
      .option('--out <dir>', 'write zips, definition, model, manifest and bills of materials here')
      .option('--since <manifest>', 'say what has changed since that manifest, or folder of artifacts')
      .option('--target <platform-arch>', 'platform of the functions', functionTarget)
      .option('--json', 'print the manifest', false)
      .addHelpText('after', EXAMPLES)
      .action(async (options) => {
        const { showArtifacts } = await import('./show-artifacts.ts');
        await showArtifacts(options);
      });
  },
};

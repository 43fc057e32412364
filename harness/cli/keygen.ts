import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
The private key signs evidence (--key FILE, or its text in COSMICAI_SIGNING_KEY); the public key goes into
promotion.yaml, under evidence.signers.

Examples:
  $ cosmicai keygen --out keys/ci`;

export const keygen: CommandDefinition = {
  name: 'keygen',
  register(program) {
    program
      .command(this.name)
      .description('make a pair of Ed25519 keys for signing evidence')
      .requiredOption('--out <path>', 'writes PATH.key (private, mode 600) and PATH.pub')
      .addHelpText('after', EXAMPLES)
      .action(async (options: { out: string }) => {
        const { writeKeyPair } = await import('./signing-key.ts');
        writeKeyPair(options.out);
      });
  },
};

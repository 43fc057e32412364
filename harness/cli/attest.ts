import type { AttestRunsOptions } from './attest-runs.ts';
import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
A run is a folder, the id or beginning of the id of a run in .cosmicai/runs, or "last". "cosmicai run --attest FILE"
does it in one step.

Examples:
  $ cosmicai attest last --key keys/ci.key --out evidence.json
  $ cosmicai attest tiny- sweep- --key keys/ci.key --out evidence.json
  $ cosmicai attest last --predicate predicate.json --checksums subjects.txt   # for GitHub's actions/attest`;

export const attest: CommandDefinition = {
  name: 'attest',
  usesPacks: true,
  register(program) {
    program
      .command(this.name)
      .description('write signed evidence (in-toto test-result, DSSE) that the artifacts passed')
      .argument('<run...>', 'runs that passed')
      .option('--out <file>', 'the evidence')
      .option('--key <file>', 'Ed25519 private key (default: COSMICAI_SIGNING_KEY)')
      .option('--artifacts <dir>', 'folder of artifacts that was run (default: built from the sources)')
      .option('--predicate <file>', 'write the predicate alone, unsigned, for other signing tools')
      .option('--checksums <file>', 'write the subjects as SHA-256 checksums')
      .addHelpText('after', EXAMPLES)
      .action(async (runs: string[], options: AttestRunsOptions) => {
        const { attestRuns } = await import('./attest-runs.ts');
        await attestRuns(runs, options);
      });
  },
};

/** What built-in packs add to the command line, apart from the packs: it loads no more than it needs. */
import type { CommandDefinition } from '../cli/command.ts';
import type { Finding } from '../cli/finding.ts';
import { data } from './redshift/commands/data.ts';
import { model } from './redshift/commands/model.ts';
import { firstRedshiftScenario } from './redshift/first-scenario.ts';

export interface PackCommandLine {
  commands: readonly CommandDefinition[];
  /** Files that `validate` checks. */
  files: {
    /** What they are called, in the plural. */
    what: string;
    /** Endings with their dot. */
    extensions: readonly string[];
    /** What a file is, in a few words. @throws HarnessError for one that is wrong */
    describe(file: string): Promise<string>;
  };
  /** What `doctor` says of this machine beside what it says in every project. */
  examine(): Promise<Finding[]>;
  /** The scenario that `init FILE` writes. */
  firstScenario(name: string): string;
}

export const packCommandLines: Readonly<Record<string, PackCommandLine>> = {
  redshift: {
    commands: [data, model],
    files: {
      what: 'partitions',
      extensions: ['.pt', '.json', '.safetensors', '.npy', '.npz', '.fits'],
      async describe(file) {
        const { describePartition } = await import('./redshift/commands/describe-partition.ts');
        return describePartition(file);
      },
    },
    async examine() {
      const { examineForModels } = await import('./redshift/commands/examine.ts');
      return examineForModels();
    },
    firstScenario: firstRedshiftScenario,
  },
};

/** What the pack of a project adds. */
export const commandLineOf = (pack: string | undefined): PackCommandLine | undefined =>
  pack !== undefined && Object.hasOwn(packCommandLines, pack) ? packCommandLines[pack] : undefined;

import type { Command } from 'commander';

/** One command: adds itself to the program. What it needs is imported when it runs, not before. */
export interface CommandDefinition {
  /** As typed. */
  readonly name: string;
  /** It reads scenarios or records: packs are registered before it runs. */
  readonly usesPacks?: true;
  register(program: Command): void;
}

/** Ends a command with an exit code once its own cleaning up is done; `main` turns it into the process's. */
export class CommandExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

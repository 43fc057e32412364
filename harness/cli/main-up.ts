/**
 * Composition root of `cosmicai up` alone, bundled into one file that `bin.mjs` loads with its compiled code. It imports
 * nothing that a local AWS does not need.
 */
import { runProgram } from './program.ts';
import { upCommand } from './up.ts';

/** Runs `cosmicai up` and ends the process. `onQuiet`: see `upCommand`. */
export const main = (argv: readonly string[], onQuiet?: () => void): Promise<void> =>
  runProgram(argv, [upCommand(onQuiet)]);

/** Registry of commands, in the order `--help` shows them. */
import { artifacts } from './artifacts.ts';
import type { CommandDefinition } from './command.ts';
import { compare } from './compare.ts';
import { data } from './data.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { up } from './up.ts';
import { validate } from './validate.ts';

export const commands: readonly CommandDefinition[] = [
  run,
  report,
  compare,
  up,
  data,
  validate,
  artifacts,
  init,
  doctor,
  schema,
];

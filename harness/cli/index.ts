/** Registry of commands, in the order `--help` shows them. */

import { artifacts } from './artifacts.ts';
import { attest } from './attest.ts';
import { cleanup } from './cleanup.ts';
import type { CommandDefinition } from './command.ts';
import { compare } from './compare.ts';
import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { init } from './init.ts';
import { keygen } from './keygen.ts';
import { logs } from './logs.ts';
import { mutate } from './mutate.ts';
import { predict } from './predict.ts';
import { promote } from './promote.ts';
import { record } from './record.ts';
import { releases } from './releases.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { rollback } from './rollback.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { up } from './up.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';

export const commands: readonly CommandDefinition[] = [
  run,
  report,
  compare,
  mutate,
  predict,
  up,
  logs,
  record,
  replay,
  cleanup,
  validate,
  artifacts,
  attest,
  verify,
  promote,
  releases,
  rollback,
  exportCommand,
  keygen,
  init,
  importCommand,
  doctor,
  schema,
  completion,
];

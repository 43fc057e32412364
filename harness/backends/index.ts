/** Registry of the places where the pipeline can run. */
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Backend } from './backend.ts';
import { type BackendChoice, type PlaceName, parseChoice } from './choice.ts';
import { embedded } from './embedded.ts';
import { mixedBackend } from './mixed.ts';

const PLACES: Readonly<Record<PlaceName, (choice: BackendChoice) => Backend>> = {
  embedded: (choice) => (choice.stepfunctions === 'embedded' ? embedded : mixedBackend(choice)),
  localstack: mixedBackend,
  endpoint: mixedBackend,
  compose: () => notYet('compose'),
  aws: () => notYet('aws'),
};

/**
 * The backend that `--backend` names: a place with what differs from it, or a YAML file with the same.
 * @throws HarnessError `unknown-backend`, `bad-backend`, `bad-endpoint` (exit code 2)
 */
export function backendNamed(text: string): Backend {
  const choice = parseChoice(text);
  return PLACES[choice.base](choice);
}

function notYet(name: string): never {
  throw new HarnessError('unknown-backend', `the backend ${name} is not built yet`, {
    exitCode: ExitCode.inputWrong,
  });
}

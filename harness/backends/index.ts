/** Registry of the places where the pipeline can run. */
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Backend } from './backend.ts';
import { embedded } from './embedded.ts';
import { endpoint } from './endpoint.ts';

const BACKENDS: Readonly<Record<string, Backend>> = { embedded, endpoint };

/**
 * The backend that `--backend` names: `embedded`, or `endpoint=URL`.
 * @throws HarnessError `unknown-backend` (exit code 2)
 */
export function backendNamed(text: string): Backend {
  const [name = '', ...rest] = text.split('=');
  const backend = BACKENDS[name];
  if (!backend) {
    const meant = nearestName(name, Object.keys(BACKENDS));
    throw new HarnessError('unknown-backend', `there is no backend "${name}"`, {
      exitCode: ExitCode.inputWrong,
      remedy: meant ? `did you mean ${meant}?` : `backends are ${Object.keys(BACKENDS).join(', ')}`,
    });
  }
  if (rest.length === 0) return backend;
  const url = rest.join('=');
  if (backend !== endpoint) {
    throw new HarnessError('bad-backend', `the backend ${name} takes no value, but was given "${url}"`, {
      exitCode: ExitCode.inputWrong,
      remedy: `write --backend ${name}, or --backend endpoint=${url}`,
    });
  }
  return { ...backend, start: (options) => backend.start({ ...options, endpoint: url }) };
}

import { ExitCode, HarnessError } from '../core/errors.ts';

/**
 * An error of the surroundings as a `HarnessError` (exit code 3): a service that refused, a connection that
 * broke, a file system that is full. Anything else is a defect of the harness and `undefined`.
 */
export function environmentError(error: unknown): HarnessError | undefined {
  if (error instanceof HarnessError) return error;
  if (!(error instanceof Error)) return undefined;
  const { $metadata, syscall, code } = error as { $metadata?: unknown; syscall?: string; code?: string };
  if ($metadata !== undefined && !syscall) {
    return new HarnessError(
      'backend-refused',
      `The backend answered ${error.name}: ${error.message || 'nothing more'}`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy: 'Run again with --verbose to see what the backend did.',
        cause: error,
      },
    );
  }
  if (syscall === undefined) return undefined;
  const network =
    /^(connect|read|write|getaddrinfo)$/.test(syscall) &&
    /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_|NOTFOUND)/.test(code ?? '');
  return new HarnessError(
    'environment-failed',
    `The ${network ? 'connection' : 'file system'} failed: ${error.message}`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: network ? 'Is the endpoint up?' : 'Check free space and permissions of the folder.',
      cause: error,
    },
  );
}

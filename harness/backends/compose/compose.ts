/**
 * The services of docker-compose.yml: brought up with `docker compose`, asked like any endpoint, and taken down again
 * unless they were up before. Podman's `podman compose` reads the same file; COSMICAI_COMPOSE names another command.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { packageRoot } from '../../core/package-root.ts';
import type { Backend, BackendOptions, RunningBackend } from '../backend.ts';
import { capabilitiesOf } from '../capabilities.ts';
import type { BackendChoice } from '../choice.ts';
import { startTimeoutMs } from '../localstack/container-options.ts';
import { mixedBackend } from '../mixed.ts';

/** Port of every service in its container. */
const PORT = '4566';

export function composeBackend(choice: BackendChoice): Backend {
  const service = choice.service ?? 'cosmicai';
  const name = choice.service === undefined ? 'compose' : `compose=${service}`;
  return {
    name,
    capabilities: capabilitiesOf('unknown', 'unknown'),
    async start(options) {
      const wasUp = await isUp(service, options);
      try {
        if (!wasUp) await compose(['up', '--detach', '--wait', '--no-recreate', service], options);
        const url = await urlOf(service, options);
        const behind = mixedBackend({ base: 'endpoint', stepfunctions: 'endpoint', lambda: 'endpoint', url });
        const running = await behind.start(options);
        return { ...running, name, stop: () => leave(running, wasUp, options) } satisfies RunningBackend;
      } catch (error) {
        if (!wasUp) await down(options);
        throw error;
      }
    },
  };
}

async function leave(running: RunningBackend, wasUp: boolean, options: BackendOptions): Promise<void> {
  await running.stop();
  if (!wasUp) await down(options);
}

/** Volumes stay: `docker compose down --volumes` is for whoever wants them gone. */
async function down(options: BackendOptions): Promise<void> {
  await compose(['down', '--timeout', '10'], { log: options.log }).catch(() => {});
}

async function isUp(service: string, options: BackendOptions): Promise<boolean> {
  const running = await compose(['ps', '--services', '--status', 'running'], options);
  return running.split('\n').includes(service);
}

async function urlOf(service: string, options: BackendOptions): Promise<string> {
  const published = await compose(['port', service, PORT], options);
  return `http://${published.trim().replace(/^0\.0\.0\.0:/, '127.0.0.1:')}`;
}

type Wanted = Pick<BackendOptions, 'signal'> & { log?: BackendOptions['log'] | undefined };

/** @throws HarnessError `no-compose`, `compose-failed`, `slow-start` (exit code 3) */
async function compose(args: readonly string[], { signal, log }: Wanted): Promise<string> {
  const [command = 'docker', ...first] = (process.env['COSMICAI_COMPOSE'] ?? 'docker compose').split(' ');
  const file = join(packageRoot(), 'docker-compose.yml');
  const timeoutMs = startTimeoutMs();
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...first, '--file', file, ...args], {
      maxBuffer: 16 * 1024 * 1024,
      timeout: timeoutMs,
      ...(signal ? { signal } : {}),
    });
    for (const line of stderr.split('\n').filter((text) => text.trim() !== '')) log?.(line);
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw explained(`${command} ${first.join(' ')}`.trim(), args, error as ExecError, timeoutMs);
  }
}

interface ExecError extends Error {
  code?: string | number;
  killed?: boolean;
  stderr?: string;
}

/** What went wrong, in one sentence with the tool's own last words. */
export function explained(
  command: string,
  args: readonly string[],
  error: ExecError,
  timeoutMs: number,
): HarnessError {
  const options = { exitCode: ExitCode.environmentFailed, cause: error };
  const said = (error.stderr ?? '').trim().split('\n').at(-1)?.trim() ?? '';
  if (
    error.code === 'ENOENT' ||
    /is not a docker command|unknown command|unknown flag: --file|unknown shorthand/i.test(said)
  ) {
    return new HarnessError(
      'no-compose',
      `"${command}" is not to be had, and the backend compose needs it.`,
      {
        ...options,
        remedy: 'Install the Docker Compose plugin, or name another command with COSMICAI_COMPOSE.',
      },
    );
  }
  if (error.killed) {
    return new HarnessError(
      'slow-start',
      `"${command} ${args[0]}" did not end within ${Math.round(timeoutMs / 1000)} s.`,
      { ...options, remedy: 'Give it longer with COSMICAI_START_TIMEOUT (seconds).' },
    );
  }
  if (
    /cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(
      error.stderr ?? '',
    )
  ) {
    return new HarnessError('no-docker', 'No container engine answers, and this backend needs one.', {
      ...options,
      remedy: 'Start Docker or Podman, or set DOCKER_HOST; "cosmicai doctor" tells what is there.',
    });
  }
  if (/port is already allocated|address already in use/i.test(error.stderr ?? '')) {
    return new HarnessError('port-in-use', `A port of docker-compose.yml is taken: ${said}`, {
      ...options,
      remedy: 'Choose others with COSMICAI_PORT, LOCALSTACK_PORT and STEPFUNCTIONS_PORT.',
    });
  }
  return new HarnessError(
    'compose-failed',
    `"${command} ${args.join(' ')}" failed: ${said || error.message}`,
    options,
  );
}

import type { Clock } from '../../core/clock.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';

/** What the containers of a backend have in common. */
export interface ContainerOptions {
  region: string;
  clock: Clock;
  signal?: AbortSignal;
  /** Every line a container writes. */
  onLine(line: string): void;
}

const DEFAULT_SECONDS = 120;

/** How long a container may take to answer: COSMICAI_START_TIMEOUT in seconds, two minutes when not set. */
export function startTimeoutMs(text = process.env['COSMICAI_START_TIMEOUT']): number {
  const seconds = text === undefined || text === '' ? DEFAULT_SECONDS : Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new HarnessError(
    'bad-start-timeout',
    `COSMICAI_START_TIMEOUT is "${text}", which is no number of seconds.`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'Write COSMICAI_START_TIMEOUT=300, say, or leave it out.',
    },
  );
}

import type { Clock } from '../../core/clock.ts';

const FIRST_POLL_MS = 20;
/** Four requests a second stay well below the quotas of what is asked. */
const MAX_POLL_MS = 250;

/** What a step was to bring about did not come: a verdict, and the end of the steps. */
export class StepFailed extends Error {
  readonly expected: string;
  constructor(expected: string, actual: string) {
    super(actual);
    this.expected = expected;
  }
}

export interface PollOptions {
  clock: Clock;
  signal: AbortSignal;
  timeoutSeconds: number;
  /** What is waited for, in a message. */
  what: string;
}

/**
 * Asks again and again until there is an answer.
 * @throws StepFailed when it does not come in time
 */
export async function poll<Answer>(
  { clock, signal, timeoutSeconds, what }: PollOptions,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadlineMs = clock.nowMs() + timeoutSeconds * 1000;
  for (let delayMs = FIRST_POLL_MS; ; delayMs = Math.min(MAX_POLL_MS, delayMs * 1.5)) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock.nowMs() > deadlineMs) {
      throw new StepFailed(what, `it did not come within ${timeoutSeconds} s`);
    }
    await new Promise<void>((resolve) => {
      const finish = () => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = clock.after(delayMs, finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }
}

/**
 * Retry: which Retrier a failure meets and how long to wait.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
 */
import type { Random } from '../core/random.ts';
import type { Retrier } from './definition.ts';
import { type Failure, matchesError } from './failure.ts';

export interface RetryDecision {
  /** Which Retrier of the state. */
  index: number;
  delayMs: number;
}

/** Largest delay a Retrier may ask for: 99,999,999 s, as AWS's IntervalSeconds. */
const MAX_DELAY_SECONDS = 99_999_999;

/**
 * The retry that `failure` is granted, if any. The first Retrier that names the error decides: once its attempts
 * are used up no later one is asked. `made` holds the attempts made again so far by Retrier.
 */
export function decideRetry(
  retriers: readonly Retrier[],
  failure: Failure,
  made: readonly number[],
  random: Random,
): RetryDecision | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, failure));
  const retrier = retriers[index];
  if (!retrier) return undefined;
  const attempts = made[index] ?? 0;
  if (attempts >= (retrier.MaxAttempts ?? 3)) return undefined;
  return { index, delayMs: delayMs(retrier, attempts, random) };
}

/** `attempts` retries came before: IntervalSeconds, then times BackoffRate each, never beyond MaxDelaySeconds. */
function delayMs(retrier: Retrier, attempts: number, random: Random): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = MAX_DELAY_SECONDS } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** attempts, MaxDelaySeconds, MAX_DELAY_SECONDS);
  const jittered = retrier.JitterStrategy === 'FULL' ? seconds * random.next() : seconds;
  return Math.round(jittered * 1000);
}

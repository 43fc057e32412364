/**
 * What AWS lets run at once: executions in progress against the account's limit and the functions' reservations,
 * how fast a function may grow, and how many requests a second its concurrency takes.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { AwsLimits } from '../../../../core/limits.ts';
import { tooManyRequests } from '../errors.ts';
import { TokenBucket } from './token-bucket.ts';

export interface ConcurrencyDoors {
  limits: Pick<
    AwsLimits,
    'lambdaConcurrentExecutions' | 'lambdaScalingPer10Seconds' | 'lambdaRequestsPerConcurrency'
  >;
  nowMs(): number;
  /** Executions reserved for a function, if any are. */
  reserved(functionName: string): number | undefined;
  /** Executions reserved for all functions together. */
  totalReserved(): number;
}

/** AWS keeps environments some minutes for the next call; those no longer used are gone then. */
const ENVIRONMENT_LIFE_MS = 5 * 60_000;

interface FunctionLoad {
  running: number;
  /** Environments that AWS would have by now: the most that ran at once lately. */
  environments: number;
  lastUsedMs: number;
  scaling: TokenBucket;
  requests: TokenBucket;
}

export class Concurrency {
  readonly #doors: ConcurrencyDoors;
  readonly #loads = new Map<string, FunctionLoad>();
  #unreservedRunning = 0;

  constructor(doors: ConcurrencyDoors) {
    this.#doors = doors;
  }

  /** Executions of a function in progress. */
  running(functionName: string): number {
    return this.#loads.get(functionName)?.running ?? 0;
  }

  /** Counts one execution; the result ends it. @throws AwsError TooManyRequestsException */
  enter(functionName: string): () => void {
    const nowMs = this.#doors.nowMs();
    const reserved = this.#doors.reserved(functionName);
    const load = this.#loadOf(functionName, nowMs);
    this.#check(load, reserved, nowMs);
    load.running++;
    load.environments = Math.max(load.environments, load.running);
    load.lastUsedMs = nowMs;
    if (reserved === undefined) this.#unreservedRunning++;
    return () => {
      load.running--;
      load.lastUsedMs = this.#doors.nowMs();
      if (reserved === undefined) this.#unreservedRunning--;
    };
  }

  #check(load: FunctionLoad, reserved: number | undefined, nowMs: number): void {
    const { limits } = this.#doors;
    const capacity = reserved ?? limits.lambdaConcurrentExecutions - this.#doors.totalReserved();
    const running = reserved === undefined ? this.#unreservedRunning : load.running;
    if (running >= capacity) {
      throw tooManyRequests(
        reserved === undefined
          ? 'ConcurrentInvocationLimitExceeded'
          : 'ReservedFunctionConcurrentInvocationLimitExceeded',
      );
    }
    const perSecond = capacity * limits.lambdaRequestsPerConcurrency;
    if (!load.requests.take(nowMs, { perSecond, capacity: perSecond })) {
      throw tooManyRequests(
        reserved === undefined
          ? 'FunctionInvocationRateLimitExceeded'
          : 'ReservedFunctionInvocationRateLimitExceeded',
      );
    }
    if (load.running < load.environments) return;
    const environments = limits.lambdaScalingPer10Seconds;
    if (!load.scaling.take(nowMs, { perSecond: environments / 10, capacity: environments })) {
      throw tooManyRequests('ConcurrentInvocationLimitExceeded');
    }
  }

  #loadOf(functionName: string, nowMs: number): FunctionLoad {
    const known = this.#loads.get(functionName);
    if (known) {
      if (nowMs - known.lastUsedMs > ENVIRONMENT_LIFE_MS) known.environments = known.running;
      return known;
    }
    const load: FunctionLoad = {
      running: 0,
      environments: 0,
      lastUsedMs: nowMs,
      scaling: new TokenBucket(),
      requests: new TokenBucket(),
    };
    this.#loads.set(functionName, load);
    return load;
  }
}

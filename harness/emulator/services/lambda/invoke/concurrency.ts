/**
 * What AWS lets run at once: executions in progress against the account's limit and the functions' reservations,
 * how fast a function may grow, and how many requests a second its concurrency takes. Provisioned executions of a
 * version are its own: they count against the reservation or the account whether or not they are in use.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { AwsLimits } from '../../../../core/limits.ts';
import { tooManyRequests } from '../errors.ts';
import { TokenBucket } from './token-bucket.ts';

export interface ConcurrencyDependencies {
  limits: Pick<
    AwsLimits,
    'lambdaConcurrentExecutions' | 'lambdaScalingPer10Seconds' | 'lambdaRequestsPerConcurrency'
  >;
  nowMs(): number;
  /** Executions reserved for a function, if any are. */
  reserved(functionName: string): number | undefined;
  /** Executions reserved or provisioned for all functions together. */
  totalClaimed(): number;
  /** Executions provisioned for a version of a function, or for all of them. */
  provisioned(functionName: string, version?: string): number;
}

/** AWS keeps environments some minutes for the next call; those no longer used are gone then. */
const ENVIRONMENT_LIFE_MS = 5 * 60_000;

interface FunctionLoad {
  running: number;
  /** Of these, by version, those that are provisioned. */
  provisioned: Map<string, number>;
  /** Of these, those that are not. */
  onDemand: number;
  /** Environments that AWS would have by now: the most that ran at once lately. */
  environments: number;
  lastUsedMs: number;
  scaling: TokenBucket;
  requests: TokenBucket;
}

export class Concurrency {
  readonly #dependencies: ConcurrencyDependencies;
  readonly #loads = new Map<string, FunctionLoad>();
  #unreservedRunning = 0;

  constructor(dependencies: ConcurrencyDependencies) {
    this.#dependencies = dependencies;
  }

  /** Executions of a function in progress. */
  running(functionName: string): number {
    return this.#loads.get(functionName)?.running ?? 0;
  }

  /** Counts one execution; the result ends it. @throws AwsError TooManyRequestsException */
  enter(functionName: string, version = '$LATEST'): () => void {
    const nowMs = this.#dependencies.nowMs();
    const load = this.#loadOf(functionName, nowMs);
    const inUse = load.provisioned.get(version) ?? 0;
    if (inUse < this.#dependencies.provisioned(functionName, version)) {
      load.provisioned.set(version, inUse + 1);
      load.running++;
      load.lastUsedMs = nowMs;
      return () => {
        load.running--;
        load.provisioned.set(version, load.provisioned.get(version)! - 1);
        load.lastUsedMs = this.#dependencies.nowMs();
      };
    }
    const reserved = this.#dependencies.reserved(functionName);
    const own = reserved === undefined ? undefined : reserved - this.#dependencies.provisioned(functionName);
    this.#check(load, own, nowMs);
    load.running++;
    load.onDemand++;
    load.environments = Math.max(load.environments, load.running);
    load.lastUsedMs = nowMs;
    if (reserved === undefined) this.#unreservedRunning++;
    return () => {
      load.running--;
      load.onDemand--;
      load.lastUsedMs = this.#dependencies.nowMs();
      if (reserved === undefined) this.#unreservedRunning--;
    };
  }

  #check(load: FunctionLoad, reserved: number | undefined, nowMs: number): void {
    const { limits } = this.#dependencies;
    const capacity = reserved ?? limits.lambdaConcurrentExecutions - this.#dependencies.totalClaimed();
    const running = reserved === undefined ? this.#unreservedRunning : load.onDemand;
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
      provisioned: new Map(),
      onDemand: 0,
      environments: 0,
      lastUsedMs: nowMs,
      scaling: new TokenBucket(),
      requests: new TokenBucket(),
    };
    this.#loads.set(functionName, load);
    return load;
  }
}

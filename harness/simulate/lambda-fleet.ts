/**
 * Lambda's environments in modelled time: an invocation takes an idle environment of its function or starts one, as
 * far as the account's concurrency and the scaling rate of the function allow. Environments stay warm for the whole
 * simulation: AWS keeps them for minutes.
 *
 * Invariants: never more invocations at once than `lambdaConcurrentExecutions`; never more new environments of one
 * function in any 10 s than `lambdaScalingPer10Seconds`, beyond the first burst of as many.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { AwsLimits } from '../core/limits.ts';

interface FunctionFleet {
  idle: number;
  /** Starts that the scaling rate allows now, and when that was last computed. */
  credit: number;
  creditAtMs: number;
}

export class LambdaFleet {
  readonly #limits: AwsLimits;
  readonly #functions = new Map<string, FunctionFleet>();
  #running = 0;
  peak = 0;
  throttles = 0;
  coldStarts = 0;

  constructor(limits: AwsLimits) {
    this.#limits = limits;
  }

  /** Takes an environment; `throttled` as Lambda answers 429 TooManyRequestsException. */
  take(functionName: string, nowMs: number): 'warm' | 'cold' | 'throttled' {
    if (this.#running >= this.#limits.lambdaConcurrentExecutions) return this.#throttled();
    const fleet = this.#fleetOf(functionName);
    if (fleet.idle > 0) {
      fleet.idle--;
      this.#begin();
      return 'warm';
    }
    if (!this.#mayStart(fleet, nowMs)) return this.#throttled();
    this.coldStarts++;
    this.#begin();
    return 'cold';
  }

  release(functionName: string): void {
    this.#running--;
    this.#fleetOf(functionName).idle++;
  }

  #begin(): void {
    this.#running++;
    this.peak = Math.max(this.peak, this.#running);
  }

  #throttled(): 'throttled' {
    this.throttles++;
    return 'throttled';
  }

  #fleetOf(functionName: string): FunctionFleet {
    let fleet = this.#functions.get(functionName);
    if (!fleet) {
      fleet = { idle: 0, credit: this.#limits.lambdaScalingPer10Seconds, creditAtMs: 0 };
      this.#functions.set(functionName, fleet);
    }
    return fleet;
  }

  #mayStart(fleet: FunctionFleet, nowMs: number): boolean {
    const per10Seconds = this.#limits.lambdaScalingPer10Seconds;
    if (!Number.isFinite(per10Seconds)) return true;
    const earned = ((nowMs - fleet.creditAtMs) / 10_000) * per10Seconds;
    fleet.credit = Math.min(per10Seconds, fleet.credit + earned);
    fleet.creditAtMs = nowMs;
    if (fleet.credit < 1) return false;
    fleet.credit--;
    return true;
  }
}

/** Cores of one machine in modelled time: functions wait for free cores in the order of their requests. */
export class MachineCores {
  #free: number;
  readonly #cores: number;
  readonly #queue: { cores: number; begin: () => void }[] = [];

  /** `Infinity` for AWS, where every environment has its own. */
  constructor(cores: number) {
    this.#cores = cores;
    this.#free = cores;
  }

  take(cores: number, begin: () => void): void {
    this.#queue.push({ cores: Math.min(cores, this.#cores), begin });
    this.#admit();
  }

  release(cores: number): void {
    this.#free += Math.min(cores, this.#cores);
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next && next.cores <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.cores;
      next.begin();
    }
  }
}

/**
 * A share of CPU for a process group without the kernel's help: what it has used is looked at every few
 * milliseconds, and while it is ahead of its share it is stopped (SIGSTOP) and continued (SIGCONT).
 */
import type { Cancel, Clock } from '../../../../core/clock.ts';

const LOOK_MS = 10;
/** CPU that may be used ahead of the share, ms: the kernel counts in ticks of 10 ms. */
const BURST_MS = 20;

export interface CpuThrottleOptions {
  clock: Clock;
  /** CPUs, fractions allowed. */
  cpus: number;
  /** CPU time that the processes have used so far, ms. */
  usedMs(): number;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

export class CpuThrottle {
  readonly #options: CpuThrottleOptions;
  #cancel: Cancel | undefined;
  #sinceMs = 0;
  #usedBeforeMs = 0;
  #isStopped = false;

  constructor(options: CpuThrottleOptions) {
    this.#options = options;
  }

  /** The share counts from now on. */
  start(): void {
    this.stop();
    const { clock, usedMs } = this.#options;
    this.#sinceMs = clock.monotonicMs();
    this.#usedBeforeMs = usedMs();
    this.#arm();
  }

  /** Lets the process run freely. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#setStopped(false);
  }

  #arm(): void {
    this.#cancel = this.#options.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const { clock, cpus, usedMs } = this.#options;
    const allowedMs = (clock.monotonicMs() - this.#sinceMs) * cpus + BURST_MS;
    this.#setStopped(usedMs() - this.#usedBeforeMs > allowedMs);
    this.#arm();
  }

  #setStopped(stops: boolean): void {
    if (stops === this.#isStopped) return;
    this.#isStopped = stops;
    this.#options.signal(stops ? 'SIGSTOP' : 'SIGCONT');
  }
}

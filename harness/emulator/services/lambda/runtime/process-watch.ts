/**
 * Watches a process while it works: its memory against the limit, and whether it computes or waits. Memory is
 * sampled, more often the nearer it is to the limit or the faster it grows.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Cancel, Clock } from '../../../../core/clock.ts';
import { ProcessMemory } from './process-memory.ts';

const CALM_MS = 20;
const ALERT_MS = 4;
/** Above this share of the limit, or growing by this share between two samples, the process is watched closely. */
const ALERT_SHARE = 0.7;
const GROWTH_SHARE = 0.1;
/**
 * A process that used no CPU for this long waits for something slow, not for a read that is about to arrive: its
 * core is lent only then, or durations would suffer from the guest. (The kernel counts in ticks of 10 ms.)
 */
const CPU_WINDOW_MS = 250;
const TICKS_OF_IDLE = 1;

export interface ProcessWatchOptions {
  memoryMB: number;
  clock: Clock;
  onExceeded(): void;
  onIdleChange(isIdle: boolean): void;
}

export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  #pid: number | undefined;
  #memory: ProcessMemory | undefined;
  #cancel: Cancel | undefined;
  #lastMB = 0;
  #cpuTicks = 0;
  #cpuSeenMs: number | undefined;
  #isIdle = false;
  #finalPeakMB: number | undefined;

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  /** The process to watch; nothing is seen of any before. */
  follow(pid: number): void {
    if (this.#finalPeakMB !== undefined) return;
    this.#memory?.close();
    this.#pid = pid;
    this.#memory = new ProcessMemory(pid);
  }

  /** CPU time that the process has used so far, ms. */
  cpuMs(): number {
    return this.#pid === undefined ? 0 : cpuMs(this.#pid);
  }

  start(): void {
    if (this.#cancel || this.#finalPeakMB !== undefined) return;
    // Its CPU time is first looked at when the first look comes: most invocations end before that.
    this.#cpuSeenMs = undefined;
    this.#arm(CALM_MS);
  }

  pause(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#setIdle(false);
  }

  peakMB(): number {
    return this.#finalPeakMB ?? Math.max(this.#lastMB, this.#memory?.peakMB() ?? 0);
  }

  /** The process is gone; its peak stays known as far as it was seen. */
  close(): void {
    this.pause();
    this.#finalPeakMB = this.peakMB();
    this.#memory?.close();
  }

  #arm(delayMs: number): void {
    this.#cancel = this.#options.clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    const { memoryMB, onExceeded } = this.#options;
    const nowMB = this.#memory?.residentMB() ?? 0;
    const isGrowing = nowMB - this.#lastMB > memoryMB * GROWTH_SHARE;
    this.#lastMB = Math.max(nowMB, this.#lastMB);
    if (nowMB > memoryMB) {
      this.#cancel = undefined;
      onExceeded();
      return;
    }
    if (this.#pid !== undefined) this.#lookAtCpu(this.#pid);
    this.#arm(isGrowing || nowMB > memoryMB * ALERT_SHARE ? ALERT_MS : CALM_MS);
  }

  #lookAtCpu(pid: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    const seenMs = this.#cpuSeenMs;
    if (seenMs !== undefined && nowMs - seenMs < (this.#isIdle ? CALM_MS : CPU_WINDOW_MS)) return;
    const ticks = cpuTicks(pid);
    // On a crowded machine a process that computes may get no CPU for a while: its threads tell the difference.
    if (seenMs !== undefined) this.#setIdle(ticks - this.#cpuTicks < TICKS_OF_IDLE && isWaiting(pid));
    this.#cpuTicks = ticks;
    this.#cpuSeenMs = nowMs;
  }

  #setIdle(isIdle: boolean): void {
    if (this.#isIdle === isIdle) return;
    this.#isIdle = isIdle;
    this.#options.onIdleChange(isIdle);
  }
}

/** Length of a clock tick: Linux counts 100 a second for programs, whatever the kernel's own rate. */
const TICK_MS = 10;

/** CPU time that a process and those of its children that have ended have used, ms; 0 where there is no /proc. */
function cpuMs(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  if (!fields) return 0;
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) * TICK_MS;
}

/** CPU time of a process, user and system, in clock ticks; NaN (never taken for idle) where there is no /proc. */
function cpuTicks(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  return fields ? Number(fields[11]) + Number(fields[12]) : Number.NaN;
}

/** True when no thread of the process runs or waits for a core: all wait for something else. */
function isWaiting(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every(
      (thread) => statFields(`/proc/${pid}/task/${thread}/stat`)?.[0] !== 'R',
    );
  } catch {
    return false;
  }
}

/** Fields of a stat file from the third (the state) on. */
function statFields(path: string): string[] | undefined {
  try {
    const stat = readFileSync(path, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * Which executions that have ended are forgotten: the oldest, where there are more than are retained, and those that
 * ended longer ago than AWS retains them.
 */
import type { AwsLimits } from '../../../../core/limits.ts';
import type { Execution } from './execution.ts';

const DAY_MS = 86_400_000;

export class Retention {
  /** In order of their ends. */
  readonly #ended = new Set<Execution>();
  readonly #limits: Pick<AwsLimits, 'sfnRetainedExecutions' | 'sfnHistoryRetentionDays'>;

  constructor(limits: Pick<AwsLimits, 'sfnRetainedExecutions' | 'sfnHistoryRetentionDays'>) {
    this.#limits = limits;
  }

  /** An execution has ended. */
  add(execution: Execution): void {
    this.#ended.add(execution);
  }

  /** An execution runs again. */
  reopen(execution: Execution): void {
    this.#ended.delete(execution);
  }

  /** Takes out those that are to be forgotten; the execution that ended last is never among them. */
  takeExpired(nowMs: number): Execution[] {
    const oldestMs = nowMs - this.#limits.sfnHistoryRetentionDays * DAY_MS;
    const expired: Execution[] = [];
    for (const execution of this.#ended) {
      const isExcess = this.#ended.size > Math.max(this.#limits.sfnRetainedExecutions, 1);
      if (!isExcess && (execution.stoppedAtMs ?? nowMs) >= oldestMs) break;
      this.#ended.delete(execution);
      expired.push(execution);
    }
    return expired;
  }
}

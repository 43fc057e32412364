/** Executions in progress against the account's limit and the functions' reservations. */
import { tooManyRequests } from '../errors.ts';

export class Concurrency {
  readonly #accountLimit: number;
  readonly #reserved: (functionName: string) => number | undefined;
  readonly #totalReserved: () => number;
  readonly #running = new Map<string, number>();
  #unreservedRunning = 0;

  constructor(
    accountLimit: number,
    reserved: (functionName: string) => number | undefined,
    totalReserved: () => number,
  ) {
    this.#accountLimit = accountLimit;
    this.#reserved = reserved;
    this.#totalReserved = totalReserved;
  }

  /** Executions of a function in progress. */
  running(functionName: string): number {
    return this.#running.get(functionName) ?? 0;
  }

  /** Counts one execution; the result ends it. @throws AwsError TooManyRequestsException */
  enter(functionName: string): () => void {
    const running = this.#running.get(functionName) ?? 0;
    const reserved = this.#reserved(functionName);
    if (reserved !== undefined) {
      if (running >= reserved) throw tooManyRequests('ReservedFunctionConcurrentInvocationLimitExceeded');
    } else if (this.#unreservedRunning >= this.#accountLimit - this.#totalReserved()) {
      throw tooManyRequests('ConcurrentInvocationLimitExceeded');
    }
    this.#running.set(functionName, running + 1);
    if (reserved === undefined) this.#unreservedRunning++;
    return () => {
      const left = (this.#running.get(functionName) ?? 1) - 1;
      if (left > 0) this.#running.set(functionName, left);
      else this.#running.delete(functionName);
      if (reserved === undefined) this.#unreservedRunning--;
    };
  }
}

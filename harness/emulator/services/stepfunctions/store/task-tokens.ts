/**
 * Task tokens that wait for SendTaskSuccess, SendTaskFailure or SendTaskHeartbeat. A token that was issued and is
 * settled answers TaskTimedOut, any other text InvalidToken, as on AWS.
 */
import { invalidToken, taskTimedOut } from '../errors.ts';

/** The task behind a token. */
export interface TokenTarget {
  succeed(output: string): void;
  fail(error: string | undefined, cause: string | undefined): void;
  /** `outside`: it came from a client, not from a machine of this service. */
  heartbeat(outside: boolean): void;
}

/** Settled tokens remembered; beyond, the oldest are taken for texts never issued. */
const MAX_SETTLED = 100_000;

export class TaskTokens {
  readonly #open = new Map<string, TokenTarget>();
  readonly #settled = new Set<string>();

  open(token: string, target: TokenTarget): void {
    this.#open.set(token, target);
  }

  /** The outcome is known or not wanted any more; harmless for a token that is not open. */
  settle(token: string): void {
    if (!this.#open.delete(token)) return;
    this.#settled.add(token);
    if (this.#settled.size > MAX_SETTLED) {
      for (const oldest of this.#settled) {
        this.#settled.delete(oldest);
        break;
      }
    }
  }

  /** The task of an open token. */
  get(token: string): TokenTarget {
    const target = this.#open.get(token);
    if (target) return target;
    throw this.#settled.has(token) ? taskTimedOut() : invalidToken();
  }
}

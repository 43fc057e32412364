/**
 * Time from outside. `Date.now` and `setTimeout` stand in `core/` only (the architecture test sees to it).
 *
 * Virtual time advances only when no real work is in flight: whoever starts real work (an invocation, a read
 * from disk that an execution waits for) holds the clock for as long as it runs. Somebody outside who is known to be
 * at work (a worker that has taken a task) lives in wall time and may be silent for ever: for him virtual time goes on
 * at the wall's pace, neither jumping past his heartbeats nor waiting for a worker that died.
 */
import { monotonicMs } from './monotonic.ts';

export interface Clock {
  readonly kind: 'wall' | 'virtual';
  /** Milliseconds since the Unix epoch. The wall clock may be set, forwards or backwards: for timestamps only. */
  nowMs(): number;
  /** Milliseconds since an arbitrary origin, never set: for intervals, time-outs, rates and ages. */
  monotonicMs(): number;
  /** Calls `fire` once, at least `delayMs` from now. Returns a function that cancels it. */
  after(delayMs: number, fire: () => void): Cancel;
  /** Calls `fire` once, when `nowMs` has come to `atMs`, whatever way the clock takes to there. */
  at(atMs: number, fire: () => void): Cancel;
  /**
   * The same, but nothing that virtual time moves on for: `fire` is called when time passes `atMs` on its way to a
   * timer of `after` or `at`, or at the wall's pace. For what goes on as long as the process does.
   */
  whenPassing(atMs: number, fire: () => void): Cancel;
  /** Marks real work in flight; call the result once when it has ended. A no-op on wall time. */
  hold(): () => void;
  /** Marks work in outside hands; call the result once when it has ended. A no-op on wall time. */
  pace(): () => void;
}

export type Cancel = () => void;

/** Longest delay `setTimeout` takes (2^31 - 1 ms, 24.8 days). */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The machine's own time. Timers do not keep the process alive when `unref` is true. */
export function wallClock(options: { unref?: boolean } = {}): Clock {
  const at = (atMs: number, fire: () => void, unref: boolean): Cancel => {
    let handle: NodeJS.Timeout;
    const arm = () => {
      const leftMs = atMs - Date.now();
      // Looked at often enough to notice that the clock was set.
      handle = setTimeout(
        () => (Date.now() >= atMs ? fire() : arm()),
        Math.min(Math.max(leftMs, 0), LOOK_MS),
      );
      if (unref) handle.unref();
    };
    arm();
    return () => clearTimeout(handle);
  };
  return {
    kind: 'wall',
    nowMs: () => Date.now(),
    monotonicMs,
    at: (atMs, fire) => at(atMs, fire, options.unref ?? false),
    whenPassing: (atMs, fire) => at(atMs, fire, true),
    after(delayMs, fire) {
      let handle: NodeJS.Timeout;
      const arm = (leftMs: number) => {
        const stepMs = Math.min(Math.max(leftMs, 0), MAX_TIMEOUT_MS);
        handle = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : fire()), stepMs);
        if (options.unref) handle.unref();
      };
      arm(delayMs);
      return () => clearTimeout(handle);
    },
    hold: () => () => {},
    pace: () => () => {},
  };
}

/** Timers for a time of the wall clock are late by this at most when the clock was set forwards. */
const LOOK_MS = 1_000;

interface VirtualTimer {
  atMs: number;
  sequence: number;
  fire: (() => void) | undefined;
  /** Time does not move on for it alone. */
  isPassive?: true;
  /** It has left the heap. */
  isDue?: true;
}

/** Time that jumps to the next timer as soon as nothing real is in flight and the event loop has drained. */
export class VirtualClock implements Clock {
  readonly kind = 'virtual';
  #nowMs: number;
  #sequence = 0;
  /** Timers that time moves on for: neither fired, cancelled nor passive. */
  #driving = 0;
  #holds = 0;
  #paces = 0;
  /** Wall time up to which virtual time has followed, while it is paced. */
  #followedMs = 0;
  #alarm: NodeJS.Timeout | undefined;
  #scheduled = false;
  /** Binary heap by (atMs, sequence): equal times fire in the order they were set. */
  readonly #heap: VirtualTimer[] = [];

  constructor(startMs = Date.now()) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    this.#follow();
    return this.#nowMs;
  }

  /** Virtual time is never set. */
  monotonicMs(): number {
    return this.nowMs();
  }

  at(atMs: number, fire: () => void): Cancel {
    return this.after(atMs - this.nowMs(), fire);
  }

  after(delayMs: number, fire: () => void): Cancel {
    const timer: VirtualTimer = {
      atMs: this.nowMs() + Math.max(delayMs, 0),
      sequence: this.#sequence++,
      fire,
    };
    this.#driving++;
    this.#push(timer);
    this.#wake();
    return () => {
      if (timer.fire && !timer.isDue) this.#driving--;
      timer.fire = undefined;
    };
  }

  whenPassing(atMs: number, fire: () => void): Cancel {
    const timer: VirtualTimer = {
      atMs: Math.max(atMs, this.nowMs()),
      sequence: this.#sequence++,
      fire,
      isPassive: true,
    };
    this.#push(timer);
    this.#wake();
    return () => {
      timer.fire = undefined;
    };
  }

  hold(): () => void {
    this.#follow();
    this.#holds++;
    return once(() => {
      this.#follow();
      this.#holds--;
      this.#wake();
    });
  }

  pace(): () => void {
    if (this.#paces === 0) this.#followedMs = Date.now();
    this.#paces++;
    return once(() => {
      this.#follow();
      this.#paces--;
      this.#wake();
    });
  }

  /** Takes over the wall time gone by, if paced and not held; never past the next timer, which has yet to fire. */
  #follow(): void {
    if (this.#paces === 0) return;
    const wallMs = Date.now();
    const goneMs = Math.max(wallMs - this.#followedMs, 0);
    this.#followedMs = wallMs;
    if (this.#holds > 0) return;
    const untilMs = this.#next()?.atMs ?? Number.POSITIVE_INFINITY;
    this.#nowMs = Math.max(this.#nowMs, Math.min(this.#nowMs + goneMs, untilMs));
  }

  /** The next timer that is not cancelled, left in the heap. */
  #next(): VirtualTimer | undefined {
    while (this.#heap[0] && !this.#heap[0].fire) this.#pop();
    return this.#heap[0];
  }

  #wake(): void {
    if (this.#scheduled || this.#holds > 0) return;
    this.#scheduled = true;
    // Two turns of the event loop: pending promise jobs and I/O callbacks run before time may move.
    setImmediate(() =>
      setImmediate(() => {
        this.#scheduled = false;
        this.#advance();
      }),
    );
  }

  #advance(): void {
    clearTimeout(this.#alarm);
    const next = this.#next();
    if (this.#holds > 0 || !next) return;
    if (this.#driving === 0 && this.#paces === 0) return;
    this.#follow();
    if (this.#paces > 0 && next.atMs > this.#nowMs) {
      this.#alarm = setTimeout(() => this.#wake(), Math.min(next.atMs - this.#nowMs, MAX_TIMEOUT_MS));
      return;
    }
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    const due: VirtualTimer[] = [];
    for (let timer = this.#next(); timer && timer.atMs <= this.#nowMs; timer = this.#next()) {
      due.push(timer);
      timer.isDue = true;
      if (!timer.isPassive) this.#driving--;
      this.#pop();
    }
    // Those due at the same instant fire one after another, promise jobs in between, as in a real event loop;
    // what they set for this instant comes after them.
    this.#scheduled = true;
    for (const timer of due) setImmediate(() => timer.fire?.());
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#heap.length > 0) this.#wake();
    });
  }

  #before(a: VirtualTimer, b: VirtualTimer): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
  }

  #push(timer: VirtualTimer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(heap[i]!, heap[parent]!)) break;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  }

  #pop(): VirtualTimer | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || top === last) return top;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && this.#before(heap[right]!, heap[left]!) ? right : left;
      if (!this.#before(heap[child]!, heap[i]!)) break;
      [heap[i], heap[child]] = [heap[child]!, heap[i]!];
      i = child;
    }
    return top;
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

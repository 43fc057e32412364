/**
 * Bounds of one evaluation: nodes visited, time, depth, and size of what is made. AWS ends expressions that are nested
 * some 100 deep or that make some 7 MB (measured: 873,782 numbers).
 *
 * The count is the running evaluation's; evaluations are nested (`$pad` evaluates an expression of its own) but never
 * interleaved.
 */
import { monotonicMs } from '../monotonic.ts';

/** Far beyond any sensible expression. The time is only looked at for evaluations that are long already. */
const MAX_STEPS = 2_000_000;
const MAX_DURATION_MS = 3_000;
const STEPS_BETWEEN_LOOKS = 4_096;
const MAX_DEPTH = 100;
export const MAX_NUMBERS = 873_782;
const MAX_CHARACTERS = MAX_NUMBERS * 8;

class BoundExceeded extends Error {
  readonly code = 'U1001';
}

interface Count {
  steps: number;
  depth: number;
  startMs: number | undefined;
}

let running: Count = { steps: 0, depth: 0, startMs: undefined };

/** Evaluates with a count of its own. */
export function bounded<T>(evaluate: () => T): T {
  const outer = running;
  running = { steps: 0, depth: 0, startMs: undefined };
  try {
    return evaluate();
  } finally {
    running = outer;
  }
}

/** Called before a node is evaluated. */
export function enterNode(): void {
  if (++running.depth > MAX_DEPTH)
    throw new BoundExceeded('Stack overflow error: check for non-terminating recursive functions');
  if (++running.steps % STEPS_BETWEEN_LOOKS !== 0) return;
  const nowMs = monotonicMs();
  running.startMs ??= nowMs;
  if (running.steps > MAX_STEPS || nowMs - running.startMs > MAX_DURATION_MS)
    throw new BoundExceeded('Expression evaluation timeout: check for infinite loop');
}

/** Called with the value of a node. */
export function leaveNode(result: unknown): void {
  running.depth--;
  checkSize(result);
}

/** Throws for a text or list that takes more memory than AWS grants. */
function checkSize(value: unknown): void {
  const tooLarge =
    typeof value === 'string'
      ? value.length > MAX_CHARACTERS
      : Array.isArray(value) && value.length > MAX_NUMBERS;
  if (tooLarge) throw memoryExceeded();
}

export function memoryExceeded(): Error {
  return new BoundExceeded('Expression evaluation memory limit exceeded: Check for excessive memory usage');
}

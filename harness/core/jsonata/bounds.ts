/**
 * Bounds of one evaluation: nodes visited, time, depth, and size of what is made. AWS ends expressions that are nested
 * some 100 deep or that make some 7 MB (measured: 873,782 numbers).
 *
 * An {@link Allowance} is a second, smaller bound, counted and not timed, so that equal runs stay equal: what an event
 * loop may evaluate itself before it must hand the expression to a worker.
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

/** Comparisons in the library's own loops are that much cheaper than a node. */
const INNER_STEPS_PER_STEP = 16;
/** Characters that count as one value. */
const CHARACTERS_PER_VALUE = 16;
/** Nodes that take about a millisecond. */
const STEPS_PER_MS = 1_000;

class BoundExceeded extends Error {
  readonly code = 'U1001';
}

/** What may still be evaluated: nodes, and values (items of lists, sixteen characters of a text) that they handle. */
export interface Allowance {
  steps: number;
  values: number;
}

/** Thrown when an allowance is used up. The evaluation has changed nothing and may be done elsewhere. */
export class AllowanceUsedUp extends Error {}

interface Count {
  steps: number;
  innerSteps: number;
  depth: number;
  startMs: number | undefined;
  readonly allowance: Allowance | undefined;
}

let running: Count = newCount(undefined);

function newCount(allowance: Allowance | undefined): Count {
  return { steps: 0, innerSteps: 0, depth: 0, startMs: undefined, allowance };
}

/** Evaluates with a count of its own. @throws AllowanceUsedUp */
export function bounded<T>(evaluate: () => T, allowance?: Allowance): T {
  const outer = running;
  running = newCount(allowance);
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
  takeStep();
}

/** Called before work as long as a node's. */
export function takeStep(): void {
  const { allowance } = running;
  if (allowance && --allowance.steps < 0) throw new AllowanceUsedUp();
  if (++running.steps % STEPS_BETWEEN_LOOKS !== 0) return;
  const nowMs = monotonicMs();
  running.startMs ??= nowMs;
  if (running.steps > MAX_STEPS || nowMs - running.startMs > MAX_DURATION_MS) throw tooLong();
}

/** Called in loops of the library that visit no nodes. */
export function takeInnerStep(): void {
  if (++running.innerSteps % INNER_STEPS_PER_STEP === 0) takeStep();
}

/** Called with the value of a node. */
export function leaveNode(result: unknown): void {
  running.depth--;
  if (typeof result === 'string') takeCharacters(result.length);
  else if (Array.isArray(result)) takeValues(result.length);
}

/** Called before a list of that length is made. Throws for one that takes more memory than AWS grants. */
export function takeValues(count: number): void {
  if (count > MAX_NUMBERS) throw memoryExceeded();
  const { allowance } = running;
  if (!allowance) return;
  allowance.values -= count;
  if (allowance.values < 0) throw new AllowanceUsedUp();
}

function takeCharacters(count: number): void {
  if (count > MAX_CHARACTERS) throw memoryExceeded();
  takeValues(count / CHARACTERS_PER_VALUE);
}

/** Longest time that work which cannot be counted may take, within `mostMs`. */
export function grantedMs(mostMs: number): number {
  const { allowance } = running;
  return allowance ? Math.max(1, Math.min(mostMs, allowance.steps / STEPS_PER_MS)) : mostMs;
}

/** Charges such work; `ended` is false when its time ran out. */
export function chargeMs(durationMs: number, ended: boolean): void {
  const { allowance } = running;
  if (allowance) {
    allowance.steps -= Math.ceil(durationMs * STEPS_PER_MS);
    if (!ended) throw new AllowanceUsedUp();
  } else if (!ended) throw tooLong();
}

function tooLong(): Error {
  return new BoundExceeded('Expression evaluation timeout: check for infinite loop');
}

export function memoryExceeded(): Error {
  return new BoundExceeded('Expression evaluation memory limit exceeded: Check for excessive memory usage');
}

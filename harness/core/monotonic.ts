/** Milliseconds on a clock that never jumps, for durations (fractions of a microsecond; origin is arbitrary). */
export function monotonicMs(): number {
  // `performance` would load a module of its own at every start.
  return Number(process.hrtime.bigint()) / 1e6;
}

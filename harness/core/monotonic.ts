/** Milliseconds on a clock that never jumps, for durations (fractions of a microsecond; origin is arbitrary). */
export function monotonicMs(): number {
  return performance.now();
}

/** How many failed items a Map bears with. Either bound may be given, or both; none means none. */
export interface ToleratedFailures {
  count: number | undefined;
  percentage: number | undefined;
}

export const THRESHOLD_EXCEEDED = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
} as const;

/** True when so many failures are more than the Map tolerates. */
export function exceedsTolerance(tolerated: ToleratedFailures, failed: number, total: number): boolean {
  const { count, percentage } = tolerated;
  if (failed === 0) return false;
  if (count === undefined && percentage === undefined) return true;
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && (failed / Math.max(total, 1)) * 100 > percentage;
}

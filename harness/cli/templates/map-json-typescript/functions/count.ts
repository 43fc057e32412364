import type { Classified } from './reading.ts';

/** Counts readings and alarms. */
export async function handler({
  results,
}: {
  results: Classified[];
}): Promise<{ readings: number; alarms: number }> {
  return { readings: results.length, alarms: results.filter(({ alarm }) => alarm).length };
}

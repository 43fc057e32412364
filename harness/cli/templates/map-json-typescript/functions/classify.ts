import type { Classified, Reading } from './reading.ts';

const LIMIT_CELSIUS = 80;

/** Tells whether a reading is an alarm. */
export async function handler({ id, celsius }: Reading): Promise<Classified> {
  if (!Number.isFinite(celsius)) throw new Error(`reading ${id} has no temperature`);
  return { id, celsius, alarm: celsius > LIMIT_CELSIUS };
}

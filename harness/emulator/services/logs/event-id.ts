/** Ids of events: 56 digits, ordered as the events are. */
import { invalidToken } from './errors.ts';
import type { EventPosition } from './store/event-index.ts';

const TIME_DIGITS = 15;
const ID_DIGITS = 56;

export function eventId({ timestampMs, offset }: EventPosition): string {
  return `3${String(Math.max(timestampMs, 0)).padStart(TIME_DIGITS, '0')}${String(offset).padStart(ID_DIGITS - TIME_DIGITS - 1, '0')}`;
}

/** The position an id stands for. @throws AwsError InvalidParameterException */
export function positionOf(id: string): EventPosition {
  if (!/^3\d{55}$/.test(id)) throw invalidToken();
  return { timestampMs: Number(id.slice(1, 1 + TIME_DIGITS)), offset: Number(id.slice(1 + TIME_DIGITS)) };
}

/** Positions within a log, as clients hold them: event ids of 56 digits and page tokens. */
import { invalidParameter } from './errors.ts';
import type { EventPosition } from './store/event-index.ts';

const TIME_DIGITS = 15;
const ID_DIGITS = 56;

/** An event's id: 56 digits, ordered as the events are. */
export function eventId({ timestampMs, offset }: EventPosition): string {
  return `3${String(Math.max(timestampMs, 0)).padStart(TIME_DIGITS, '0')}${String(offset).padStart(ID_DIGITS - TIME_DIGITS - 1, '0')}`;
}

/** The position an id stands for. @throws AwsError InvalidParameterException */
export function positionOf(id: string): EventPosition {
  if (!/^3\d{55}$/.test(id)) throw invalidParameter('The specified nextToken is invalid.');
  return { timestampMs: Number(id.slice(1, 1 + TIME_DIGITS)), offset: Number(id.slice(1 + TIME_DIGITS)) };
}

/** A list token that stands for the last name of the page. */
export const nameToken = (name: string): string => Buffer.from(name).toString('base64url');

/** @throws AwsError InvalidParameterException */
export function nameOfToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (nameToken(name) !== token) throw invalidParameter('The specified nextToken is invalid.');
  return name;
}

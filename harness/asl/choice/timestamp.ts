import type { Json } from '../../core/json.ts';
import { orderedOperators } from './operator.ts';

/** RFC 3339 with an upper-case T and a zone, as the language demands. */
const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;

/** Nanoseconds would not fit a number: milliseconds with a fraction, precise to a microsecond in our century. */
export function timestampMs(value: Json): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = TIMESTAMP.exec(value);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone] = parts;
  const wholeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  // Date.parse lets 30 February through as 1 March.
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number.isNaN(wholeMs) || Number(day) > daysInMonth) return undefined;
  return wholeMs + (fraction ? Number(`0.${fraction}`) * 1000 : 0);
}

/** TimestampEquals, TimestampLessThan, ...: by instant, whatever the zones. */
export const timestampOperators = orderedOperators('Timestamp', timestampMs);

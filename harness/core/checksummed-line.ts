/**
 * The format of every journal: a line is `<crc32 of the JSON, 8 hex digits> <JSON>\n`. What is read back is what was
 * written, or it is recognised as damaged.
 */
import { crc32 } from 'node:zlib';

const SPACE = 32;
const CHECKSUM_DIGITS = 8;

/** The line of a record, line feed included. */
export function renderLine(record: object): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(CHECKSUM_DIGITS, '0')} ${json}\n`;
}

/** The bytes of a line's JSON; undefined where the line is not what was written. `line` has no line feed. */
export function jsonOf(line: Buffer): Buffer | undefined {
  if (line.length < CHECKSUM_DIGITS + 2 || line[CHECKSUM_DIGITS] !== SPACE) return undefined;
  const json = line.subarray(CHECKSUM_DIGITS + 1);
  const checksum = Number.parseInt(line.toString('latin1', 0, CHECKSUM_DIGITS), 16);
  return checksum === crc32(json) ? json : undefined;
}

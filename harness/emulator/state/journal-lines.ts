/**
 * Reads files of checksummed lines (core/checksummed-line.ts).
 *
 * A line whose checksum is wrong is damage: it is reported, skipped and left where it is. What follows the last line
 * feed and is no whole record is a torn tail: a write that was never acknowledged.
 */
import * as fs from 'node:fs';
import { jsonOf } from '../../core/checksummed-line.ts';

/** Where a record lies in its file. */
export interface RecordPlace {
  offsetBytes: number;
  /** Line feed included. */
  sizeBytes: number;
}

/** A record that is not what was written. */
export interface DamagedRecord extends RecordPlace {
  /** Its line, counted from 1. */
  number: number;
}

/** What a file was found to hold. */
export interface LinesRead {
  /** Bytes up to the end of the last line. */
  wholeBytes: number;
  /** Bytes behind it. */
  tornBytes: number;
  /** The last record is whole, its line feed is not. */
  lacksLineFeed: boolean;
  /** Whole records. */
  records: number;
  damaged: DamagedRecord[];
}

const LINE_FEED = 10;
const READ_BYTES = 1 << 20;

/**
 * Reads a file of lines. `onRecord` gets the JSON of every whole record, in order; a record that cannot be used
 * (`onRecord` throws) counts as damaged. A file that is not there has no lines.
 */
export function readLines(path: string, onRecord: (json: Buffer, place: RecordPlace) => void): LinesRead {
  const read: LinesRead = { wholeBytes: 0, tornBytes: 0, lacksLineFeed: false, records: 0, damaged: [] };
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return read;
    throw error;
  }
  let buffer: Buffer = Buffer.allocUnsafe(Math.min(fs.fstatSync(fd).size + 1, READ_BYTES));
  let filled = 0;
  const take = (line: Buffer, place: RecordPlace): boolean => {
    const json = jsonOf(line);
    if (!json) return false;
    try {
      onRecord(json, place);
    } catch {
      return false;
    }
    read.records++;
    return true;
  };
  try {
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const count = fs.readSync(fd, buffer, filled, buffer.length - filled, read.wholeBytes + filled);
      if (count === 0) break;
      filled += count;
      let start = 0;
      const whole = buffer.subarray(0, filled);
      for (let end = whole.indexOf(LINE_FEED); end >= 0; end = whole.indexOf(LINE_FEED, start)) {
        const place = { offsetBytes: read.wholeBytes + start, sizeBytes: end + 1 - start };
        if (!take(whole.subarray(start, end), place)) {
          read.damaged.push({ ...place, number: read.records + read.damaged.length + 1 });
        }
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      read.wholeBytes += start;
      filled -= start;
    }
    const place = { offsetBytes: read.wholeBytes, sizeBytes: filled + 1 };
    if (filled > 0 && take(buffer.subarray(0, filled), place)) {
      read.lacksLineFeed = true;
      read.wholeBytes += filled;
    } else read.tornBytes = filled;
    return read;
  } finally {
    fs.closeSync(fd);
  }
}

/** The whole records of the first `sizeBytes` of a journal, about 1 MB at a time. */
export function* recordSlices<R>(
  readBytes: (place: RecordPlace) => Buffer,
  sizeBytes: number,
): Generator<R[], void> {
  let rest: Buffer = Buffer.alloc(0);
  for (let offsetBytes = 0; offsetBytes < sizeBytes; ) {
    const bytes = readBytes({ offsetBytes, sizeBytes: Math.min(READ_BYTES, sizeBytes - offsetBytes) });
    if (bytes.length === 0) return;
    offsetBytes += bytes.length;
    const lines = Buffer.concat([rest, bytes]);
    const records: R[] = [];
    let start = 0;
    for (let end = lines.indexOf(LINE_FEED); end >= 0; end = lines.indexOf(LINE_FEED, start)) {
      const json = jsonOf(lines.subarray(start, end));
      if (json) records.push(JSON.parse(json.toString('utf8')) as R);
      start = end + 1;
    }
    rest = lines.subarray(start);
    yield records;
  }
}

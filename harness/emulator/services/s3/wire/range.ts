import { invalidRange } from '../errors.ts';

/** Bytes from `startBytes` to before `endBytes`. */
export interface ByteRange {
  startBytes: number;
  endBytes: number;
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * The one range of a Range header (RFC 9110 section 14). Undefined where there is none, where it is not
 * understood, and for several ranges: S3 then answers the whole object.
 * @throws AwsError InvalidRange when no byte of it exists
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = header === undefined ? null : RANGE.exec(header.trim());
  if (!header || !match) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') {
    if (last === '') return undefined;
    const length = Number(last);
    if (length === 0 || sizeBytes === 0) throw invalidRange(header, sizeBytes);
    return { startBytes: Math.max(sizeBytes - length, 0), endBytes: sizeBytes };
  }
  const startBytes = Number(first);
  if (last !== '' && Number(last) < startBytes) return undefined;
  if (startBytes >= sizeBytes) throw invalidRange(header, sizeBytes);
  return { startBytes, endBytes: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}

/** The Content-Range of a partial answer. */
export const renderContentRange = ({ startBytes, endBytes }: ByteRange, sizeBytes: number): string =>
  `bytes ${startBytes}-${endBytes - 1}/${sizeBytes}`;

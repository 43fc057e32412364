/**
 * Ranges of an S3 object. Every GET after the first carries If-Match, so an object that is replaced meanwhile is an
 * error, never a mixture; a body that breaks off is asked for again.
 */
import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Attempts for a body that breaks off: the SDK repeats requests, but not half-read bodies. */
const BODY_ATTEMPTS = 3;

/** What reading cost, over all partitions of one invocation. Times are seconds since the epoch, or seconds. */
export class TransferStatistics {
  requests = 0;
  bytes = 0;
  /** Sum over requests, which overlap: first byte asked for to last byte had. */
  totalTimeS = 0;
  minTimeS = Number.POSITIVE_INFINITY;
  maxTimeS = 0;
  firstRequestTimeS = 0;
  lastResponseTimeS = 0;
  /** Time for which the reader had to wait. */
  waitedS = 0;

  add(startedAtMs: number, endedAtMs: number, bytes: number): void {
    const seconds = (endedAtMs - startedAtMs) / 1000;
    this.requests++;
    this.bytes += bytes;
    this.totalTimeS += seconds;
    this.minTimeS = Math.min(this.minTimeS, seconds);
    this.maxTimeS = Math.max(this.maxTimeS, seconds);
    if (this.requests === 1) this.firstRequestTimeS = startedAtMs / 1000;
    this.firstRequestTimeS = Math.min(this.firstRequestTimeS, startedAtMs / 1000);
    this.lastResponseTimeS = Math.max(this.lastResponseTimeS, endedAtMs / 1000);
  }
}

/** Milliseconds since the epoch with the resolution of the monotonic clock. */
export const nowMs = () => performance.timeOrigin + performance.now();

/** An object that ranges are asked of. */
export interface Source {
  s3: S3Client;
  bucket: string;
  key: string;
  name: string;
  statistics: TransferStatistics;
  /** An S3 failure as the error that the function ends with. */
  explain: (error: Error) => unknown;
}

interface Opened {
  objectBytes: number;
  etag: string;
  /** The first bytes, or all there are. They may still be on their way. */
  bytes: Promise<Uint8Array>;
}

/**
 * The object's size and ETag, by asking for its first `firstBytes`; with `ifMatch`, only if that is its ETag.
 * Errors: what `source.explain` makes of S3's.
 */
export async function openObject(source: Source, firstBytes: number, ifMatch?: string): Promise<Opened> {
  const startedAtMs = nowMs();
  try {
    const first = await getRange(source, 0, firstBytes, ifMatch);
    const lengthBytes = Math.min(firstBytes, first.objectBytes);
    const bytes = first.take(lengthBytes).then(
      (whole) => {
        source.statistics.add(startedAtMs, nowMs(), whole.length);
        return whole;
      },
      (error) => {
        if (error instanceof BrokenBody) return fetchRange(source, 0, lengthBytes, first.etag);
        throw explain(error, source);
      },
    );
    bytes.catch(() => {});
    return { objectBytes: first.objectBytes, etag: first.etag, bytes };
  } catch (error) {
    throw explain(error, source);
  }
}

/**
 * `lengthBytes` of the object from `offset`, in a buffer of their own. It lies in `memory` when that has the size and
 * the first attempt succeeds: a body that broke off might still write into its own.
 * Errors: what `source.explain` makes of S3's, PreconditionFailed when the object's ETag is not `etag` any more.
 */
export async function fetchRange(
  source: Source,
  offset: number,
  lengthBytes: number,
  etag: string,
  memory?: Uint8Array,
): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    const startedAtMs = nowMs();
    try {
      const answer = await getRange(source, offset, lengthBytes, etag);
      const bytes = await answer.take(lengthBytes, attempt === 1 ? memory : undefined);
      source.statistics.add(startedAtMs, nowMs(), bytes.length);
      return bytes;
    } catch (error) {
      if (error instanceof BrokenBody && attempt < BODY_ATTEMPTS) continue;
      throw explain(error, source);
    }
  }
}

/** A body that ended early or whose connection broke. */
class BrokenBody extends Error {
  override name = 'ServiceUnavailable';
}

interface RangeAnswer {
  objectBytes: number;
  etag: string;
  /** The body, which must have exactly so many bytes. */
  take(lengthBytes: number, memory?: Uint8Array): Promise<Uint8Array>;
}

async function getRange(
  source: Source,
  offset: number,
  lengthBytes: number,
  ifMatch?: string,
): Promise<RangeAnswer> {
  const answer = await source.s3.send(
    new GetObjectCommand({
      Bucket: source.bucket,
      Key: source.key,
      Range: `bytes=${offset}-${offset + lengthBytes - 1}`,
      ...(ifMatch ? { IfMatch: ifMatch } : {}),
    }),
  );
  return {
    objectBytes: Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength),
    etag: answer.ETag ?? '',
    take: (expected, memory) =>
      collect(answer.Body as Readable, expected, `${source.name} from offset ${offset}`, memory),
  };
}

/** The stream's bytes in one buffer of their own, where float32 can be viewed. */
function collect(body: Readable, expected: number, what: string, memory?: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const whole = memory?.length === expected ? memory : Buffer.allocUnsafeSlow(expected);
    let filled = 0;
    body.on('data', (chunk: Uint8Array) => {
      if (filled + chunk.length <= expected) whole.set(chunk, filled);
      filled += chunk.length;
    });
    body.on('end', () => {
      if (filled === expected) resolve(whole);
      else reject(new BrokenBody(`${filled} of ${expected} bytes came of ${what}`));
    });
    body.on('error', (cause: Error) => {
      reject(new BrokenBody(`the body of ${what} broke off: ${cause.message}`, { cause }));
    });
    body.on('close', () => reject(new BrokenBody(`the body of ${what} was closed`)));
  });
}

function explain(error: unknown, source: Source): unknown {
  return error instanceof Error ? source.explain(error) : error;
}

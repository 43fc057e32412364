/**
 * An S3 object as RandomAccess: ranged GETs, some ahead of the reader and in parallel, because one S3 connection
 * gives some 90 MB/s and several give more
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html).
 *
 * A large read is fetched as exactly the range that was asked for, and the same length again some times over behind
 * it: the next batch is most likely what follows. So the bytes go from the socket into the array that the model
 * gets, without another copy. Small reads (headers, directories, catalogues) share chunks of a fixed grid.
 *
 * Invariants: at most KEPT segments are held, so memory does not grow with the object; every GET after the first
 * carries If-Match, so a partition that is replaced meanwhile is an error, never a mixture.
 */
import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PartitionError, type RandomAccess } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';

/** Reads up to this size are cut from a grid of chunks of this size. */
const SMALL_BYTES = 256 * 1024;
/** Ranges fetched ahead of a large read. */
const AHEAD = 3;
const KEPT_LARGE = AHEAD + 2;
const KEPT_SMALL = 8;
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
const nowMs = () => performance.timeOrigin + performance.now();

/** A range of the object that has been asked for. */
interface Segment {
  offset: number;
  lengthBytes: number;
  bytes: Promise<Uint8Array>;
}

export class S3Partition implements RandomAccess {
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly #source: Source;
  readonly #statistics: TransferStatistics;
  /** Least recently used first. */
  readonly #large: Segment[] = [];
  readonly #small: Segment[] = [];

  private constructor(source: Source, opened: Opened) {
    this.name = source.name;
    this.sizeBytes = opened.objectBytes;
    this.etag = opened.etag;
    this.#source = source;
    this.#statistics = source.statistics;
    const lengthBytes = Math.min(SMALL_BYTES, opened.objectBytes);
    this.#small.push({ offset: 0, lengthBytes, bytes: opened.bytes });
  }

  /**
   * Opens the object by asking for its first bytes; they may still be on their way.
   * Errors: `PipelineError.PartitionMissing`, `PartitionError.Empty`.
   */
  static async open(
    s3: S3Client,
    bucket: string,
    key: string,
    statistics: TransferStatistics,
  ): Promise<S3Partition> {
    const source = { s3, bucket, key, name: `s3://${bucket}/${key}`, statistics };
    const startedAt = nowMs();
    const opened = await openObject(source);
    statistics.waitedS += (nowMs() - startedAt) / 1000;
    return new S3Partition(source, opened);
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const end = offsetBytes + lengthBytes;
    if (offsetBytes < 0 || end > this.sizeBytes) {
      throw new PartitionError(
        'Truncated',
        `${this.name} ends at byte ${this.sizeBytes}, but bytes ${offsetBytes} to ${end} are needed`,
      );
    }
    if (lengthBytes === 0) return new Uint8Array(0);
    const startedAt = nowMs();
    try {
      return await (lengthBytes > SMALL_BYTES
        ? this.#readLarge(offsetBytes, lengthBytes)
        : this.#readSmall(offsetBytes, lengthBytes));
    } finally {
      this.#statistics.waitedS += (nowMs() - startedAt) / 1000;
    }
  }

  /** What is held of the range, the rest fetched in one piece, and the next ranges of this length ahead. */
  async #readLarge(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = offset + lengthBytes;
    const parts: Segment[] = [];
    for (let at = offset; at < end; ) {
      const segment = this.#held(at) ?? this.#fetch(this.#large, at, this.#nextHeld(at, end));
      parts.push(segment);
      at = segment.offset + segment.lengthBytes;
    }
    for (let n = 0, at = end; n < AHEAD && at < this.sizeBytes; n++, at += lengthBytes) {
      if (!this.#held(at)) this.#fetch(this.#large, at, Math.min(at + lengthBytes, this.sizeBytes));
    }
    this.#large.splice(0, this.#large.length - KEPT_LARGE - parts.length);
    return joined(parts, offset, lengthBytes);
  }

  /** A chunk of the grid may be asked for that a large segment holds already: then that one is used. */
  #readSmall(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = offset + lengthBytes;
    const parts: Segment[] = [];
    for (let at = offset; at < end; ) {
      const start = at - (at % SMALL_BYTES);
      const segment =
        this.#held(at) ?? this.#fetch(this.#small, start, Math.min(start + SMALL_BYTES, this.sizeBytes));
      parts.push(segment);
      at = segment.offset + segment.lengthBytes;
    }
    this.#small.splice(0, this.#small.length - KEPT_SMALL);
    return joined(parts, offset, lengthBytes);
  }

  /** The segment that holds the byte at `offset`; now the most recently used of its kind. */
  #held(offset: number): Segment | undefined {
    for (const among of [this.#large, this.#small]) {
      const index = among.findIndex((one) => one.offset <= offset && offset < one.offset + one.lengthBytes);
      if (index < 0) continue;
      const [segment] = among.splice(index, 1);
      among.push(segment!);
      return segment;
    }
    return undefined;
  }

  /** Where the next segment begins that is held, or `end`. */
  #nextHeld(offset: number, end: number): number {
    const starts = [...this.#large, ...this.#small].map((one) => one.offset);
    return Math.min(end, ...starts.filter((start) => start > offset));
  }

  #fetch(among: Segment[], offset: number, end: number): Segment {
    const bytes = fetchRange(this.#source, offset, end - offset, this.etag);
    // What is read ahead may fail before anybody waits for it; whoever reads it sees the failure.
    bytes.catch(() => {});
    const segment = { offset, lengthBytes: end - offset, bytes };
    among.push(segment);
    return segment;
  }
}

/** Bytes of one segment as a view of it, of several as a copy. */
async function joined(
  segments: readonly Segment[],
  offset: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const [first] = segments;
  const from = offset - first!.offset;
  if (segments.length === 1) return (await first!.bytes).subarray(from, from + lengthBytes);
  const whole = new Uint8Array(lengthBytes);
  for (const segment of segments) {
    const bytes = await segment.bytes;
    const start = Math.max(offset, segment.offset);
    whole.set(bytes.subarray(start - segment.offset, offset + lengthBytes - segment.offset), start - offset);
  }
  return whole;
}

interface Source {
  s3: S3Client;
  bucket: string;
  key: string;
  name: string;
  statistics: TransferStatistics;
}

interface Opened {
  objectBytes: number;
  etag: string;
  /** The first SMALL_BYTES, or all there are. */
  bytes: Promise<Uint8Array>;
}

async function openObject(source: Source): Promise<Opened> {
  const startedAtMs = nowMs();
  try {
    const first = await getRange(source, 0, SMALL_BYTES);
    const lengthBytes = Math.min(SMALL_BYTES, first.objectBytes);
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

async function fetchRange(
  source: Source,
  offset: number,
  lengthBytes: number,
  etag: string,
): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    const startedAtMs = nowMs();
    try {
      const answer = await getRange(source, offset, lengthBytes, etag);
      const bytes = await answer.take(lengthBytes);
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
  take(lengthBytes: number): Promise<Uint8Array>;
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
    take: (expected) => collect(answer.Body as Readable, expected, `${source.name} from offset ${offset}`),
  };
}

/** The stream's bytes in one buffer of their own, where float32 can be viewed. */
function collect(body: Readable, expected: number, what: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const whole = Buffer.allocUnsafeSlow(expected);
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

function explain(error: unknown, { name }: Source): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'NoSuchKey':
      return new PipelineError(
        'PartitionMissing',
        `${name} is gone: it was listed, but is not there any more`,
        error,
      );
    case 'PreconditionFailed':
      return new PipelineError('PartitionChanged', `${name} was replaced while it was read`, error);
    // S3 answers a range of an object without bytes with 416.
    case 'InvalidRange':
      return new PartitionError('Empty', `${name} has no bytes`);
    default:
      return error;
  }
}

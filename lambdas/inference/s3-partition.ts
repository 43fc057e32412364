/**
 * An S3 object as RandomAccess: ranged GETs, some ahead of the reader and in parallel, because one S3 connection
 * gives some 90 MB/s and several give more
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html).
 *
 * A large read is fetched as exactly the range that was asked for, and the same length again some times over behind
 * it: the next batch is most likely what follows. So the bytes go from the socket into the array that the model
 * gets, without another copy. Small reads (headers, directories, catalogues) share chunks of a fixed grid.
 *
 * What the reader gives back by `release` is filled again by a later GET. Fresh memory for each would cost as much as
 * the copy into it (page faults), and the garbage collector runs once for some 10 MB of it.
 *
 * Invariants: at most KEPT segments are held, so memory does not grow with the object; memory is filled again only if
 * exactly one read looked at it, and that one gave it back.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { PartitionError, type RandomAccess } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { fetchRange, nowMs, openObject, type Source, type TransferStatistics } from './s3-ranges.ts';

/** Reads up to this size are cut from a grid of chunks of this size. */
const SMALL_BYTES = 256 * 1024;
/** Ranges fetched ahead of a large read. */
const AHEAD = 3;
const KEPT_LARGE = AHEAD + 2;
const KEPT_SMALL = 8;
/** Pieces of memory that wait to be filled again. */
const SPARE = 2;
/** A range of the object that has been asked for. */
interface Segment {
  offset: number;
  lengthBytes: number;
  bytes: Promise<Uint8Array>;
  /** Reads that were answered from it. */
  readers: number;
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
  /** What large reads were answered with, by its memory; held no longer than by who asked. */
  readonly #lent = new WeakMap<ArrayBufferLike, Segment>();
  readonly #spare: Uint8Array[] = [];

  private constructor(source: Source, opened: Awaited<ReturnType<typeof openObject>>) {
    this.name = source.name;
    this.sizeBytes = opened.objectBytes;
    this.etag = opened.etag;
    this.#source = source;
    this.#statistics = source.statistics;
    const lengthBytes = Math.min(SMALL_BYTES, opened.objectBytes);
    this.#small.push({ offset: 0, lengthBytes, bytes: opened.bytes, readers: 0 });
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
    const name = `s3://${bucket}/${key}`;
    const source = { s3, bucket, key, name, statistics, explain: (error: Error) => explain(error, name) };
    const startedAt = nowMs();
    const opened = await openObject(source, SMALL_BYTES);
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

  /** Nobody will look again at what a large read was answered with. */
  release(memory: ArrayBufferLike): void {
    const segment = this.#lent.get(memory);
    if (!segment) return;
    this.#lent.delete(memory);
    if (segment.readers !== 1) return;
    const index = this.#large.indexOf(segment);
    if (index >= 0) this.#large.splice(index, 1);
    if (this.#spare.length < SPARE) this.#spare.push(new Uint8Array(memory));
  }

  /** What is held of the range, the rest fetched in one piece, and the next ranges of this length ahead. */
  async #readLarge(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = offset + lengthBytes;
    const parts: Segment[] = [];
    for (let at = offset; at < end; ) {
      const segment = this.#held(at) ?? this.#fetch(this.#large, at, this.#nextHeld(at, end));
      segment.readers++;
      parts.push(segment);
      at = segment.offset + segment.lengthBytes;
    }
    for (let n = 0, at = end; n < AHEAD && at < this.sizeBytes; n++, at += lengthBytes) {
      if (!this.#held(at)) this.#fetch(this.#large, at, Math.min(at + lengthBytes, this.sizeBytes));
    }
    this.#large.splice(0, this.#large.length - KEPT_LARGE - parts.length);
    const bytes = await joined(parts, offset, lengthBytes);
    const [segment] = parts;
    if (parts.length === 1 && bytes.byteLength === segment!.lengthBytes)
      this.#lent.set(bytes.buffer, segment!);
    return bytes;
  }

  /** A chunk of the grid may be asked for that a large segment holds already: then that one is used. */
  #readSmall(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = offset + lengthBytes;
    const parts: Segment[] = [];
    for (let at = offset; at < end; ) {
      const start = at - (at % SMALL_BYTES);
      const segment =
        this.#held(at) ?? this.#fetch(this.#small, start, Math.min(start + SMALL_BYTES, this.sizeBytes));
      segment.readers++;
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
    const spare = this.#spare.findIndex(({ length }) => length === end - offset);
    const [memory] = spare < 0 ? [] : this.#spare.splice(spare, 1);
    const bytes = fetchRange(this.#source, offset, end - offset, this.etag, memory);
    // What is read ahead may fail before anybody waits for it; whoever reads it sees the failure.
    bytes.catch(() => {});
    const segment = { offset, lengthBytes: end - offset, bytes, readers: 0 };
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

/** Errors of a partition: missing, replaced, empty. */
function explain(error: Error, name: string): unknown {
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

/**
 * An S3 object as RandomAccess: ranged GETs of fixed chunks, some ahead of the reader and in parallel, because
 * one S3 connection gives some 90 MB/s and several give more
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html).
 *
 * Invariants: at most KEPT_CHUNKS chunks are held, so memory does not grow with the object; every GET after the
 * first carries If-Match, so a partition that is replaced meanwhile is an error, never a mixture.
 */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PartitionError, type RandomAccess } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;
const CHUNKS_AHEAD = 3;
const KEPT_CHUNKS = 8;
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

export class S3Partition implements RandomAccess {
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly #fetch: (index: number) => Promise<Uint8Array>;
  readonly #statistics: TransferStatistics;
  /** Chunks by index, least recently used first. */
  readonly #chunks = new Map<number, Promise<Uint8Array>>();

  private constructor(
    name: string,
    first: Fetched,
    fetch: (index: number) => Promise<Uint8Array>,
    statistics: TransferStatistics,
  ) {
    this.name = name;
    this.sizeBytes = first.objectBytes;
    this.etag = first.etag;
    this.#fetch = fetch;
    this.#statistics = statistics;
    this.#chunks.set(0, Promise.resolve(first.bytes));
  }

  /** Opens the object by reading its first chunk. Errors: `PipelineError.PartitionMissing`, `PartitionError.Empty`. */
  static async open(
    s3: S3Client,
    bucket: string,
    key: string,
    statistics: TransferStatistics,
  ): Promise<S3Partition> {
    const source = { s3, bucket, key, name: `s3://${bucket}/${key}`, statistics };
    const startedAt = nowMs();
    const first = await fetchChunk(source, 0, undefined);
    statistics.waitedS += (nowMs() - startedAt) / 1000;
    const fetch = async (index: number) => (await fetchChunk(source, index, first)).bytes;
    return new S3Partition(source.name, first, fetch, statistics);
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
    const firstIndex = Math.floor(offsetBytes / CHUNK_BYTES);
    const lastIndex = Math.floor((end - 1) / CHUNK_BYTES);
    const from = offsetBytes - firstIndex * CHUNK_BYTES;
    if (firstIndex === lastIndex) return (await this.#chunk(firstIndex)).subarray(from, from + lengthBytes);
    const whole = new Uint8Array(lengthBytes);
    for (let index = firstIndex, at = 0; index <= lastIndex; index++) {
      const chunk = await this.#chunk(index);
      const start = index === firstIndex ? from : 0;
      const part = chunk.subarray(start, Math.min(chunk.length, start + lengthBytes - at));
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  async #chunk(index: number): Promise<Uint8Array> {
    const lastIndex = Math.floor((this.sizeBytes - 1) / CHUNK_BYTES);
    const wanted = this.#touch(index);
    for (let ahead = index + 1; ahead <= Math.min(index + CHUNKS_AHEAD, lastIndex); ahead++)
      this.#touch(ahead);
    while (this.#chunks.size > KEPT_CHUNKS) this.#chunks.delete(this.#chunks.keys().next().value!);
    const startedAt = nowMs();
    try {
      return await wanted;
    } finally {
      this.#statistics.waitedS += (nowMs() - startedAt) / 1000;
    }
  }

  /** The chunk, asked for if it is not here; now the most recently used. */
  #touch(index: number): Promise<Uint8Array> {
    let chunk = this.#chunks.get(index);
    if (chunk) this.#chunks.delete(index);
    else {
      chunk = this.#fetch(index);
      // A chunk read ahead may fail before anybody waits for it; whoever reads it sees the failure.
      chunk.catch(() => {});
    }
    this.#chunks.set(index, chunk);
    return chunk;
  }
}

interface Source {
  s3: S3Client;
  bucket: string;
  key: string;
  name: string;
  statistics: TransferStatistics;
}

interface Fetched {
  bytes: Uint8Array;
  objectBytes: number;
  etag: string;
}

async function fetchChunk(source: Source, index: number, opened: Fetched | undefined): Promise<Fetched> {
  for (let attempt = 1; ; attempt++) {
    const startedAtMs = nowMs();
    try {
      const fetched = await getRange(source, index * CHUNK_BYTES, opened?.etag);
      source.statistics.add(startedAtMs, nowMs(), fetched.bytes.length);
      return fetched;
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

async function getRange(source: Source, offset: number, ifMatch: string | undefined): Promise<Fetched> {
  const answer = await source.s3.send(
    new GetObjectCommand({
      Bucket: source.bucket,
      Key: source.key,
      Range: `bytes=${offset}-${offset + CHUNK_BYTES - 1}`,
      ...(ifMatch ? { IfMatch: ifMatch } : {}),
    }),
  );
  const objectBytes = Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength);
  const expected = Math.min(CHUNK_BYTES, objectBytes - offset);
  const bytes = await answer.Body!.transformToByteArray().catch((cause: Error) => {
    throw new BrokenBody(`the body of ${source.name} broke off: ${cause.message}`, { cause });
  });
  if (bytes.length !== expected) {
    throw new BrokenBody(`${source.name}: ${bytes.length} of ${expected} bytes came from offset ${offset}`);
  }
  return { bytes, objectBytes, etag: answer.ETag ?? '' };
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

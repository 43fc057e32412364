/**
 * Reads a byte range of an object's content, segment after segment. The blobs stay readable from the moment the
 * reader is made until it ends, whatever is overwritten or deleted meanwhile.
 */
import * as fs from 'node:fs';
import { Readable } from 'node:stream';
import type { Blobs } from './blobs.ts';
import type { Segment } from './records.ts';

/** Per reader two or three of them are in memory. Half the size takes a quarter more CPU time of a large GET. */
const CHUNK_BYTES = 512 * 1024;
/** What is at most this long is read at once instead of streamed. */
const SMALL_BYTES = 64 * 1024;

interface Piece {
  blob: string;
  path: string;
  startBytes: number;
  endBytes: number;
}

/** The content from `startBytes` to before `endBytes`: bytes when short, else a stream. */
export function readContent(
  blobs: Blobs,
  segments: readonly Segment[],
  startBytes: number,
  endBytes: number,
): Buffer | Readable {
  const sizeBytes = endBytes - startBytes;
  if (sizeBytes === 0) return Buffer.alloc(0);
  const pieces = locate(blobs, segments, startBytes, endBytes);
  if (sizeBytes > SMALL_BYTES || pieces.length > 1) return openContent(blobs, segments, startBytes, endBytes);
  // Three synchronous calls on what is mostly in the page cache cost less than three trips to the thread pool.
  return readSync(pieces[0]!);
}

function readSync({ path, startBytes, endBytes }: Piece): Buffer {
  const buffer = Buffer.allocUnsafe(endBytes - startBytes);
  const fd = fs.openSync(path, 'r');
  try {
    for (let at = 0; at < buffer.length; ) {
      const count = fs.readSync(fd, buffer, at, buffer.length - at, startBytes + at);
      if (count === 0) throw new Error(`content ends early: ${path}`);
      at += count;
    }
    return buffer;
  } finally {
    fs.closeSync(fd);
  }
}

/** The content from `startBytes` to before `endBytes` as a stream. */
export function openContent(
  blobs: Blobs,
  segments: readonly Segment[],
  startBytes: number,
  endBytes: number,
): Readable {
  const pieces = locate(blobs, segments, startBytes, endBytes);
  return new ContentStream(pieces, blobs.retain(pieces.map(({ blob }) => blob)));
}

/** The parts of files that make up a range. */
function locate(blobs: Blobs, segments: readonly Segment[], startBytes: number, endBytes: number): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const { blob, sizeBytes } of segments) {
    const start = Math.max(startBytes - offset, 0);
    const end = Math.min(endBytes - offset, sizeBytes);
    if (start < end) pieces.push({ blob, path: blobs.path(blob), startBytes: start, endBytes: end });
    offset += sizeBytes;
  }
  return pieces;
}

class ContentStream extends Readable {
  readonly #pieces: Piece[];
  readonly #release: () => void;
  #index = 0;
  #fd = -1;
  #position = 0;
  #busy = false;
  #afterBusy: (() => void) | undefined;

  constructor(pieces: Piece[], release: () => void) {
    super({ highWaterMark: 2 * CHUNK_BYTES });
    this.#pieces = pieces;
    this.#release = release;
  }

  override _read(): void {
    const piece = this.#pieces[this.#index];
    if (!piece) {
      this.push(null);
      return;
    }
    if (this.#fd >= 0) {
      this.#readFrom(piece);
      return;
    }
    this.#busy = true;
    fs.open(piece.path, 'r', (error, fd) => {
      this.#busy = false;
      if (!error) this.#fd = fd;
      if (this.#afterBusy) return this.#afterBusy();
      if (error) return void this.destroy(error);
      this.#position = piece.startBytes;
      this.#readFrom(piece);
    });
  }

  #readFrom(piece: Piece): void {
    const wanted = Math.min(CHUNK_BYTES, piece.endBytes - this.#position);
    const buffer = Buffer.allocUnsafeSlow(wanted);
    this.#busy = true;
    fs.read(this.#fd, buffer, 0, wanted, this.#position, (error, count) => {
      this.#busy = false;
      if (this.#afterBusy) return this.#afterBusy();
      if (error) return void this.destroy(error);
      if (count === 0) return void this.destroy(new Error(`content ends early: ${piece.path}`));
      this.#position += count;
      if (this.#position < piece.endBytes) {
        this.push(count === wanted ? buffer : buffer.subarray(0, count));
        return;
      }
      const fd = this.#fd;
      this.#fd = -1;
      this.#index++;
      fs.close(fd, () => {});
      this.push(count === wanted ? buffer : buffer.subarray(0, count));
    });
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    const finish = () => {
      this.#release();
      if (this.#fd < 0) return callback(error);
      const fd = this.#fd;
      this.#fd = -1;
      fs.close(fd, () => callback(error));
    };
    // A descriptor must not be closed under a read that is still under way.
    if (this.#busy) this.#afterBusy = finish;
    else finish();
  }
}

/**
 * A log group's file: one JSON record a line, only ever appended to. Owns the descriptor; opens it when first
 * needed. A record is in the page cache when `append` returns, so the death of the harness loses none; a last
 * line torn by a power cut is cut off on opening.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const WINDOW_BYTES = 128 * 1024;

export class Journal {
  readonly #path: string;
  #fd: number | undefined;
  #sizeBytes = 0;
  #window = Buffer.alloc(0);
  #windowOffset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends lines (each with its line feed); returns the offset of the first. */
  append(text: string): number {
    const fd = this.#open();
    const offset = this.#sizeBytes;
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
    }
    this.#sizeBytes += bytes.length;
    return offset;
  }

  /** The record at `offset`. Neighbours are read along, so that reading in order is one read per window. */
  read(offset: number, sizeBytes: number): string {
    const start = offset - this.#windowOffset;
    if (start >= 0 && start + sizeBytes <= this.#window.length) {
      return this.#window.toString('utf8', start, start + sizeBytes);
    }
    const wanted = Math.min(Math.max(sizeBytes, WINDOW_BYTES), this.#sizeBytes - offset);
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const count = readSync(this.#open(), bytes, done, wanted - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    this.#window = bytes.subarray(0, done);
    this.#windowOffset = offset;
    return this.#window.toString('utf8', 0, Math.min(sizeBytes, done));
  }

  /** Calls `visit` with every whole line in order; what follows the last line feed is cut off the file. */
  replay(visit: (line: string, offset: number, sizeBytes: number) => void): void {
    const fd = this.#open();
    const end = this.#sizeBytes;
    let rest = Buffer.alloc(0);
    let position = 0;
    while (position < end) {
      const chunk = Buffer.allocUnsafe(Math.min(1024 * 1024, end - position));
      const count = readSync(fd, chunk, 0, chunk.length, position);
      if (count === 0) break;
      const bytes =
        rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, count)]) : chunk.subarray(0, count);
      const base = position - rest.length;
      position += count;
      let start = 0;
      for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, start)) {
        visit(bytes.toString('utf8', start, feed), base + start, feed + 1 - start);
        start = feed + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) {
      ftruncateSync(fd, end - rest.length);
      this.#sizeBytes = end - rest.length;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#window = Buffer.alloc(0);
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd;
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#fd = openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#sizeBytes = fstatSync(this.#fd).size;
    return this.#fd;
  }
}

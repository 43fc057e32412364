/**
 * A deflated zip entry read front to back. Owns: one inflater and the bytes between it and the reader. Invariant:
 * no more is inflated than was asked for and the stream's own buffers, and never more than the directory says.
 */
import { Readable } from 'node:stream';
import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { crc32 } from '../crc32.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { checkCrc, type ZipEntry } from '../zip-directory.ts';

const READ_BYTES = 1024 * 1024;
const OUTPUT_CHUNK_BYTES = 256 * 1024;

export class InflatedEntry {
  readonly #source: RandomAccess;
  readonly #entry: ZipEntry;
  readonly #inflater: InflateRaw;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array(0);
  #position = 0;
  #crc = 0;

  constructor(source: RandomAccess, entry: ZipEntry, offsetBytes: number) {
    this.#source = source;
    this.#entry = entry;
    this.#inflater = createInflateRaw({ chunkSize: OUTPUT_CHUNK_BYTES });
    const compressed = Readable.from(compressedChunks(source, offsetBytes, entry.compressedBytes));
    // `pipe` passes no failures on; whoever reads must see the source's own.
    compressed.on('error', (error) => this.#inflater.destroy(error));
    this.#inflater.on('close', () => compressed.destroy());
    this.#chunks = compressed.pipe(this.#inflater)[Symbol.asyncIterator]();
  }

  /** The next `lengthBytes` bytes. @throws PartitionError when there are fewer, or the stream is damaged */
  async take(lengthBytes: number): Promise<Uint8Array> {
    const whole = new Uint8Array(lengthBytes);
    for (let at = 0; at < lengthBytes; ) {
      if (this.#left.length === 0) this.#left = await this.#inflate();
      const part = this.#left.subarray(0, lengthBytes - at);
      whole.set(part, at);
      this.#left = this.#left.subarray(part.length);
      at += part.length;
    }
    this.#position += lengthBytes;
    this.#crc = crc32(whole, this.#crc);
    if (this.#position === this.#entry.sizeBytes) checkCrc(this.#source, this.#entry, this.#crc);
    return whole;
  }

  async skip(lengthBytes: number): Promise<void> {
    await this.take(lengthBytes);
  }

  /** The entry as something that is read in order from `offsetBytes`, its present position, on. */
  asAccess(offsetBytes: number): RandomAccess {
    let next = offsetBytes;
    return {
      name: this.#source.name,
      sizeBytes: this.#entry.sizeBytes,
      read: (at, lengthBytes) => {
        if (at !== next) throw new RangeError(`a deflated array is read in order: ${next}, not ${at}`);
        next += lengthBytes;
        return this.take(lengthBytes);
      },
    };
  }

  close(): void {
    this.#inflater.destroy();
  }

  async #inflate(): Promise<Uint8Array> {
    const damaged = (what: string) =>
      new PartitionError('Malformed', `${this.#source.name}: its entry \`${this.#entry.name}\` ${what}`);
    try {
      const { done, value } = await this.#chunks.next();
      if (!done) return value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged('does not inflate');
      throw error;
    }
    throw damaged(`inflates to less than ${this.#entry.sizeBytes.toLocaleString('en')} bytes`);
  }
}

/** The first bytes of a deflated entry, at most `mostBytes`, as a file with the entry's size. */
export async function peekInflated(
  source: RandomAccess,
  name: string,
  entry: ZipEntry,
  offsetBytes: number,
  mostBytes: number,
): Promise<RandomAccess> {
  const inflated = new InflatedEntry(source, entry, offsetBytes);
  try {
    const head = await inflated.take(Math.min(mostBytes, entry.sizeBytes));
    return {
      name,
      sizeBytes: entry.sizeBytes,
      async read(at, lengthBytes) {
        if (at + lengthBytes <= head.length) return head.subarray(at, at + lengthBytes);
        throw new PartitionError('TooLarge', `${name}: its NumPy header is longer than ${mostBytes} bytes`);
      },
    };
  } finally {
    inflated.close();
  }
}

async function* compressedChunks(
  source: RandomAccess,
  offsetBytes: number,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += READ_BYTES) {
    yield await source.read(offsetBytes + at, Math.min(READ_BYTES, sizeBytes - at));
  }
}

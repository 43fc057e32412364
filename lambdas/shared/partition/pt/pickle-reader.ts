/**
 * The bytes of a pickle, read with bounds: every length is checked before anything is allocated for it.
 */
import { PartitionError } from '../partition.ts';
import { PT_LIMITS } from './limits.ts';

/** Thrown when a pickle goes on beyond the bytes at hand; callers fetch more or report a truncated file. */
export class PickleEnds extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  position: number;

  constructor(bytes: Uint8Array, file: string, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.position = position;
  }

  #take(lengthBytes: number): number {
    const at = this.position;
    if (lengthBytes > this.#bytes.length - at) throw new PickleEnds();
    this.position = at + lengthBytes;
    return at;
  }

  byte(): number {
    const at = this.#take(1);
    return this.#bytes[at]!;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A 64-bit length; larger than the limits is refused before it is used. */
  uint64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** `lengthBytes` raw bytes, as a view. */
  bytes(lengthBytes: number): Uint8Array {
    if (lengthBytes > PT_LIMITS.stringBytes) {
      throw new PartitionError(
        'TooLarge',
        `${this.#file}: its pickle holds a string of ${lengthBytes.toLocaleString('en')} bytes; at most ${PT_LIMITS.stringBytes.toLocaleString('en')} are read`,
      );
    }
    const at = this.#take(lengthBytes);
    return this.#bytes.subarray(at, at + lengthBytes);
  }

  text(lengthBytes: number): string {
    const bytes = this.bytes(lengthBytes);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new PartitionError('Malformed', `${this.#file}: its pickle holds a string that is not UTF-8`);
    }
  }

  /** The text up to the next newline, which is consumed. */
  line(): string {
    const start = this.position;
    const end = this.#bytes.indexOf(10, start);
    if (end < 0) {
      if (this.#bytes.length - start > PT_LIMITS.stringBytes) this.bytes(this.#bytes.length - start);
      throw new PickleEnds();
    }
    const text = this.text(end - start);
    this.position = end + 1;
    return text;
  }

  /** A little-endian two's-complement integer of `lengthBytes` bytes, rounded beyond 2^53. */
  long(lengthBytes: number): number {
    if (lengthBytes > PT_LIMITS.longBytes) {
      throw new PartitionError(
        'TooLarge',
        `${this.#file}: its pickle holds an integer of ${lengthBytes} bytes`,
      );
    }
    const bytes = this.bytes(lengthBytes);
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return Number(BigInt.asIntN(8 * lengthBytes, value));
  }

  /** An integer as a decimal line, with or without Python 2's trailing L; "00" and "01" are booleans. */
  decimal(): number | boolean {
    const line = this.line();
    if (line === '00' || line === '01') return line === '01';
    if (!/^[+-]?\d{1,40}L?$/.test(line)) throw this.#malformed(`has "${line.slice(0, 40)}" for an integer`);
    return Number(line.replace('L', ''));
  }

  /** A memo index as a decimal line. */
  index(): number {
    const line = this.line();
    if (!/^\d{1,9}$/.test(line)) throw this.#malformed(`has "${line.slice(0, 40)}" for a memo index`);
    return Number(line);
  }

  #malformed(what: string): PartitionError {
    return new PartitionError('Malformed', `${this.#file}: its pickle ${what}`);
  }
}

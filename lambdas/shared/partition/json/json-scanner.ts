/**
 * A JSON scanner over bytes that arrive in pieces (RFC 8259, UTF-8). It owns a window of the text; whoever
 * drives it parses one sample at a time and, when the window ends within it, goes back to the sample's start
 * and asks for more. So nothing is ever half parsed, and memory is one window.
 *
 * Numbers equal `JSON.parse`'s bit for bit: up to 15 digits and |exponent| <= 22 are computed exactly (Clinger
 * 1990, "How to read floating point numbers accurately"), the rest goes through `Number`.
 */
import { PartitionError } from '../partition.ts';

/** Thrown when the window ends within a value and more of the text is to come. One object: it carries nothing. */
export const NEED_MORE = new Error('the window ends here');

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const utf8 = new TextDecoder('utf-8', { fatal: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class JsonScanner {
  readonly #file: string;
  /** The window: bytes `position` to `end` are still to be read; a zero byte stands at `end`. */
  bytes: Uint8Array = new Uint8Array(1);
  position = 0;
  end = 0;
  /** Offset of the window within the file, for messages. */
  windowStart = 0;
  /** True when nothing follows the window. */
  isLast = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** The next byte that is no white space, not consumed. */
  peek(): number {
    const { bytes, end } = this;
    let at = this.position;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.position = at;
        return byte;
      }
      at++;
    }
    this.position = at;
    return this.#more();
  }

  /** Whether nothing but white space is left. */
  atEnd(): boolean {
    if (!this.isLast) {
      this.peek();
      return false;
    }
    const { bytes, end } = this;
    while (this.position < end) {
      const byte = bytes[this.position]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
      this.position++;
    }
    return true;
  }

  /** Consumes `byte` if it is next. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }

  expect(byte: number): void {
    if (!this.accept(byte)) throw this.unexpected(`"${String.fromCharCode(byte)}"`);
  }

  /** A number; Python's NaN and Infinity too, so that whoever checks can say which sample has them. */
  number(): number {
    const first = this.peek();
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    if (first === 0x2d) at++;
    let mantissa = 0;
    let digits = 0;
    let exponent = 0;
    const integerStart = at;
    let byte = at < end ? bytes[at]! : 0;
    while (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      digits++;
      byte = ++at < end ? bytes[at]! : 0;
    }
    if (digits === 0) return this.#word(start, at);
    if (digits > 1 && bytes[integerStart] === 0x30) throw this.unexpected('a number without leading zeros');
    if (byte === 0x2e) {
      const fractionStart = ++at;
      byte = at < end ? bytes[at]! : 0;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        digits++;
        byte = ++at < end ? bytes[at]! : 0;
      }
      exponent = fractionStart - at;
      if (exponent === 0) return this.#stop(at, 'a digit behind the decimal point');
    }
    if (at >= end && !this.isLast) throw NEED_MORE;
    if ((byte | 0x20) === 0x65 && at < end) return this.#withExponent(start, at);
    this.position = at;
    if (digits > 15 || exponent < -22) return this.#slow(start, at);
    const value = exponent === 0 ? mantissa : mantissa / POWERS_OF_TEN[-exponent]!;
    return first === 0x2d ? -value : value;
  }

  #withExponent(start: number, at: number): number {
    const { bytes, end } = this;
    let digits = at + 1;
    if (digits < end && (bytes[digits] === 0x2b || bytes[digits] === 0x2d)) digits++;
    let stop = digits;
    while (stop < end && bytes[stop]! >= 0x30 && bytes[stop]! <= 0x39) stop++;
    if (stop === digits) return this.#stop(stop, 'a digit in the exponent');
    if (stop >= end && !this.isLast) throw NEED_MORE;
    this.position = stop;
    return this.#slow(start, stop);
  }

  #slow(start: number, end: number): number {
    return Number(
      Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('latin1'),
    );
  }

  /** NaN, Infinity and -Infinity as Python's json module writes them. */
  #word(start: number, at: number): number {
    for (const [word, value] of [
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
    ] as const) {
      const length = Math.min(word.length, this.end - at);
      const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, length).toString('latin1');
      if (text === word) {
        this.position = at + word.length;
        return at > start ? -value : value;
      }
      if (word.startsWith(text) && at + length >= this.end && !this.isLast) throw NEED_MORE;
    }
    return this.#stop(at, 'a number');
  }

  /** Reports what should stand at `at`, or asks for more when the window ends there. */
  #stop(at: number, expected: string): never {
    this.position = at;
    if (at >= this.end) this.#more();
    throw this.unexpected(expected);
  }

  /** A string, escapes resolved. */
  string(): string {
    this.expect(QUOTE);
    const start = this.position;
    const stop = this.#stringEnd(start);
    this.position = stop + 1;
    const raw = this.bytes.subarray(start, stop);
    try {
      // Escapes are resolved, control characters refused, by JSON.parse.
      return JSON.parse(`"${utf8.decode(raw)}"`) as string;
    } catch {
      this.position = start;
      throw this.unexpected('a valid string');
    }
  }

  #stringEnd(start: number): number {
    const { bytes, end } = this;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
    }
    this.position = end;
    return this.#more();
  }

  /** Passes over one value of any kind. Nesting is counted, not recursed into. */
  skipValue(): void {
    const closers: number[] = [];
    do {
      const byte = this.peek();
      if (byte === QUOTE) this.string();
      else if (byte === 0x7b || byte === 0x5b) {
        if (closers.length >= 1_000) throw this.unexpected('at most 1,000 levels');
        this.position++;
        closers.push(byte + 2);
        if (this.peek() === byte + 2) {
          // The closer is taken below.
        } else {
          if (byte === 0x7b) this.#key();
          continue;
        }
      } else if (byte === 0x74) this.#literal('true');
      else if (byte === 0x66) this.#literal('false');
      else if (byte === 0x6e) this.#literal('null');
      else this.number();
      this.#closeOrNext(closers);
    } while (closers.length > 0);
  }

  /** Passes over an array or object by its brackets and strings alone. */
  skipBalanced(): void {
    const first = this.peek();
    if (first !== 0x7b && first !== 0x5b) throw this.unexpected('an object');
    const { bytes, end } = this;
    let depth = 0;
    for (let at = this.position; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) at = this.#stringEnd(at + 1);
      else if (byte === 0x5b || byte === 0x7b) depth++;
      else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) {
        this.position = at + 1;
        return;
      }
    }
    this.position = end;
    this.#more();
  }

  #key(): void {
    this.string();
    this.expect(0x3a);
  }

  #closeOrNext(closers: number[]): void {
    while (closers.length > 0) {
      const closer = closers[closers.length - 1]!;
      if (this.accept(closer)) {
        closers.pop();
        continue;
      }
      this.expect(0x2c);
      if (closer === 0x7d) this.#key();
      return;
    }
  }

  #literal(word: string): void {
    const length = Math.min(word.length, this.end - this.position);
    const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.position, length).toString(
      'latin1',
    );
    if (text === word) this.position += word.length;
    else if (word.startsWith(text)) this.#stop(this.end, `"${word}"`);
    else throw this.unexpected(`"${word}"`);
  }

  #more(): never {
    if (!this.isLast) throw NEED_MORE;
    throw new PartitionError(
      'Truncated',
      `${this.#file}: the text ends in the middle of a value; the file is incomplete`,
    );
  }

  /** The error for what stands at the current position, which should have been `expected`. */
  unexpected(expected: string): PartitionError {
    const byte = this.bytes[this.position];
    const found =
      byte === undefined
        ? 'the end'
        : byte > 32 && byte < 127
          ? `"${String.fromCharCode(byte)}"`
          : `byte 0x${byte.toString(16)}`;
    return new PartitionError(
      'Malformed',
      `${this.#file}: expected ${expected} at byte ${(this.windowStart + this.position).toLocaleString('en')}, found ${found}`,
    );
  }
}

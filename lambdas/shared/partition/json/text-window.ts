/**
 * The text of a file as a scanner's window: fills it chunk by chunk, the next chunk being fetched while this
 * one is parsed, and repeats a step that ran out of text. Memory: two chunks and the longest single step.
 */
import { PartitionError, type RandomAccess } from '../partition.ts';
import { JsonScanner, NEED_MORE } from './json-scanner.ts';

const FIRST_CHUNK_BYTES = 256 * 1024;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** The text of one sample is some 40 to 120 kB; nothing in a partition comes near this. */
const MAX_STEP_BYTES = 64 * 1024 * 1024;

export class TextWindow {
  readonly scanner: JsonScanner;
  readonly #source: RandomAccess;
  /** Offset in the file of the byte behind what has been asked for. */
  #requested: number;
  #next: Promise<Uint8Array> | undefined;

  /** Starts reading `source` at `offsetBytes`. */
  constructor(source: RandomAccess, offsetBytes = 0) {
    this.#source = source;
    this.scanner = new JsonScanner(source.name);
    this.scanner.windowStart = offsetBytes;
    this.#requested = offsetBytes;
    this.#request(offsetBytes === 0 ? FIRST_CHUNK_BYTES : CHUNK_BYTES);
  }

  /** Offset in the file of the scanner's position. */
  get offsetBytes(): number {
    return this.scanner.windowStart + this.scanner.position;
  }

  /** Runs `step` on enough text: when it runs out, it is run again from the same place with more. */
  async run<T>(step: (scanner: JsonScanner) => T): Promise<T> {
    for (;;) {
      const start = this.scanner.position;
      try {
        return step(this.scanner);
      } catch (error) {
        if (error !== NEED_MORE) throw error;
        this.scanner.position = start;
        await this.#grow();
      }
    }
  }

  #request(mostBytes: number): void {
    const lengthBytes = Math.min(mostBytes, this.#source.sizeBytes - this.#requested);
    if (lengthBytes <= 0) {
      this.#next = undefined;
      return;
    }
    this.#next = this.#source.read(this.#requested, lengthBytes);
    this.#next.catch(() => {});
    this.#requested += lengthBytes;
  }

  async #grow(): Promise<void> {
    const { scanner } = this;
    const left = scanner.end - scanner.position;
    if (left > MAX_STEP_BYTES) {
      throw new PartitionError(
        'TooLarge',
        `${this.#source.name}: the value at byte ${this.offsetBytes.toLocaleString('en')} is longer than any sample`,
      );
    }
    const chunk = (await this.#next) ?? new Uint8Array(0);
    // Doubling keeps a step that needs many chunks linear.
    this.#request(Math.max(CHUNK_BYTES, left));
    // One zero byte more than the text: where the window ends, no loop over digits goes on.
    const bytes = new Uint8Array(left + chunk.length + 1);
    bytes.set(scanner.bytes.subarray(scanner.position, scanner.end));
    bytes.set(chunk, left);
    scanner.windowStart += scanner.position;
    scanner.bytes = bytes;
    scanner.position = 0;
    scanner.end = left + chunk.length;
    scanner.isLast = this.#next === undefined;
  }
}

/**
 * A zip of stored entries written front to back, as torch lays it out: each entry's bytes begin at a multiple of
 * 64 (padded by an extra field), its checksum follows it in a data descriptor (APPNOTE 4.3.9). No entry and no
 * archive reaches 4 GiB, so there is no zip64. Dates are zero: the same content gives the same bytes.
 */
import { crc32 } from 'node:zlib';
import { invariant } from '../../../core/invariant.ts';
import type { ByteSink } from './byte-sink.ts';

const ALIGNMENT = 64;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const DESCRIPTOR_BYTES = 16;
/** Bit 3: sizes follow the data. Bit 11: names are UTF-8. */
const FLAGS = 0x0808;

interface Written {
  name: Buffer;
  crc: number;
  sizeBytes: number;
  headerOffset: number;
}

export class StoredZip {
  readonly #sink: ByteSink;
  readonly #entries: Written[] = [];
  #position = 0;
  #open: Written | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Bytes written so far. */
  get sizeBytes(): number {
    return this.#position;
  }

  /** Begins an entry; the one before must have been ended. */
  async begin(name: string): Promise<void> {
    invariant(!this.#open, `zip entry ${this.#open?.name} is still open`);
    const entry = { name: Buffer.from(name), crc: 0, sizeBytes: 0, headerOffset: this.#position };
    const unpadded = this.#position + LOCAL_BYTES + entry.name.length + 4;
    const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
    const header = Buffer.alloc(LOCAL_BYTES + entry.name.length + 4 + padding, 'Z');
    header.fill(0, 0, LOCAL_BYTES);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(FLAGS, 6);
    header.writeUInt16LE(entry.name.length, 26);
    header.writeUInt16LE(4 + padding, 28);
    entry.name.copy(header, LOCAL_BYTES);
    header.write('FB', LOCAL_BYTES + entry.name.length, 'latin1');
    header.writeUInt16LE(padding, LOCAL_BYTES + entry.name.length + 2);
    this.#open = entry;
    await this.#write(header);
  }

  /** Appends to the entry that was begun. `bytes` may be reused once the promise has resolved. */
  async append(bytes: Uint8Array): Promise<void> {
    invariant(this.#open, 'no zip entry is open');
    this.#open.crc = crc32(bytes, this.#open.crc);
    this.#open.sizeBytes += bytes.length;
    await this.#write(bytes);
  }

  /** Ends the entry with its checksum and size. */
  async end(): Promise<void> {
    const entry = this.#open;
    invariant(entry, 'no zip entry is open');
    const descriptor = Buffer.alloc(DESCRIPTOR_BYTES);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(entry.crc, 4);
    descriptor.writeUInt32LE(entry.sizeBytes, 8);
    descriptor.writeUInt32LE(entry.sizeBytes, 12);
    this.#entries.push(entry);
    this.#open = undefined;
    await this.#write(descriptor);
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    await this.begin(name);
    await this.append(bytes);
    await this.end();
  }

  /** Writes the central directory; nothing may follow. */
  async finish(): Promise<void> {
    invariant(!this.#open, `zip entry ${this.#open?.name} is still open`);
    const start = this.#position;
    const directory = Buffer.concat(this.#entries.map(centralHeader));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(start, 16);
    await this.#write(Buffer.concat([directory, end]));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length;
    invariant(this.#position < 2 ** 32, 'a zip without zip64 must stay below 4 GiB');
    await this.#sink.write(bytes);
  }
}

function centralHeader(entry: Written): Buffer {
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(entry.sizeBytes, 20);
  header.writeUInt32LE(entry.sizeBytes, 24);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt32LE(entry.headerOffset, 42);
  return Buffer.concat([header, entry.name]);
}

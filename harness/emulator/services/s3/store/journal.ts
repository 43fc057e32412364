/**
 * An append-only file of checksummed records: the one place where a bucket's state becomes durable.
 *
 * A line is `<crc32 of the JSON, 8 hex digits> <JSON>\n`. Owns the file; knows nothing of what records mean.
 * Invariants: `append` resolves only when its records are written (and flushed to the device, if so asked), in
 * the order of the calls; appends that arrive while a flush runs share the next one (group commit); a torn tail
 * is cut off when the file is opened, and again when a write fails, so that a line is whole or absent.
 */
import * as fs from 'node:fs';
import { crc32 } from 'node:zlib';

/** How far a write must have come before it is acknowledged. */
export type Durability =
  /** On the device: survives a power cut. */
  | 'device'
  /** In the kernel: survives the death of this process, however sudden. */
  | 'kernel';

interface Waiting {
  lines: string;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class Journal {
  readonly #path: string;
  readonly #durability: Durability;
  #fd: number;
  #sizeBytes: number;
  #records: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #compacting = false;
  /** Lines appended while a compaction writes its snapshot. */
  #since: string[] | undefined;

  private constructor(path: string, durability: Durability, sizeBytes: number, records: number) {
    this.#path = path;
    this.#durability = durability;
    this.#fd = fs.openSync(path, 'r+');
    this.#sizeBytes = sizeBytes;
    this.#records = records;
  }

  /** Creates a journal with its first records, flushed. */
  static create(path: string, durability: Durability, records: readonly object[]): void {
    const fd = fs.openSync(path, 'wx', 0o600);
    try {
      fs.writeSync(fd, records.map(renderLine).join(''));
      if (durability === 'device') fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Opens a journal, calling `onRecord` for every whole record; what follows the last whole one is cut off. */
  static open<R>(path: string, durability: Durability, onRecord: (record: R) => void): Journal {
    const { validBytes, records } = readLines(path, onRecord);
    const journal = new Journal(path, durability, validBytes, records);
    if (fs.fstatSync(journal.#fd).size > validBytes) fs.ftruncateSync(journal.#fd, validBytes);
    return journal;
  }

  /** Records in the file, superseded ones included. */
  get records(): number {
    return this.#records;
  }

  get compacting(): boolean {
    return this.#compacting;
  }

  append(records: readonly object[]): Promise<void> {
    const lines = records.map(renderLine).join('');
    this.#records += records.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /**
   * Rewrites the file as `snapshot` (the state in records) followed by what is appended meanwhile, and takes its
   * place by rename. `snapshot` yields slices, so that requests are served in between.
   */
  async compact(snapshot: () => AsyncIterable<readonly object[]>): Promise<void> {
    if (this.#compacting) return;
    this.#compacting = true;
    const temporary = `${this.#path}.new`;
    let file: fs.promises.FileHandle | undefined;
    try {
      await this.#flushing;
      this.#since = [];
      file = await fs.promises.open(temporary, 'w', 0o600);
      let records = 0;
      for await (const slice of snapshot()) {
        await file.write(slice.map(renderLine).join(''));
        records += slice.length;
      }
      if (this.#durability === 'device') await file.datasync();
      await this.#takeOver(temporary, records);
    } finally {
      await file?.close();
      this.#since = undefined;
      this.#compacting = false;
      fs.rmSync(temporary, { force: true });
    }
  }

  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#fd >= 0) fs.closeSync(this.#fd);
    this.#fd = -1;
  }

  async #takeOver(temporary: string, snapshotRecords: number): Promise<void> {
    while (this.#flushing) await this.#flushing;
    // Synchronous from here: no append may come between the last line and the swap.
    const fd = fs.openSync(temporary, 'r+');
    const end = fs.fstatSync(fd).size;
    const since = this.#since ?? [];
    const tail = Buffer.from(since.join(''));
    fs.writeSync(fd, tail, 0, tail.length, end);
    if (this.#durability === 'device') fs.fdatasyncSync(fd);
    fs.renameSync(temporary, this.#path);
    if (this.#durability === 'device') syncFolder(this.#path);
    fs.closeSync(this.#fd);
    this.#fd = fd;
    this.#sizeBytes = end + tail.length;
    this.#records = snapshotRecords + since.length;
  }

  async #flush(): Promise<void> {
    // Appends of one turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const bytes = Buffer.from(batch.map((waiting) => waiting.lines).join(''));
      try {
        await this.#write(bytes);
        this.#sizeBytes += bytes.length;
        this.#since?.push(...batch.map((waiting) => waiting.lines));
        for (const waiting of batch) waiting.resolve();
      } catch (error) {
        // A half line must not stand before the next whole one.
        fs.ftruncateSync(this.#fd, this.#sizeBytes);
        for (const waiting of batch) waiting.reject(error as Error);
      }
    }
    this.#flushing = undefined;
  }

  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      let written = 0;
      const next = () => {
        fs.write(
          this.#fd,
          bytes,
          written,
          bytes.length - written,
          this.#sizeBytes + written,
          (error, count) => {
            if (error) return reject(error);
            written += count;
            if (written < bytes.length) return next();
            if (this.#durability === 'kernel') return resolve();
            fs.fdatasync(this.#fd, (failed) => (failed ? reject(failed) : resolve()));
          },
        );
      };
      next();
    });
  }
}

/** Makes a rename in the folder of `path` durable. */
export function syncFolder(path: string): void {
  const fd = fs.openSync(path.slice(0, path.lastIndexOf('/')) || '/', 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function renderLine(record: object): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

const LINE_FEED = 10;
const READ_BYTES = 1 << 20;

function readLines<R>(path: string, onRecord: (record: R) => void): { validBytes: number; records: number } {
  const fd = fs.openSync(path, 'r');
  let buffer: Buffer = Buffer.allocUnsafe(READ_BYTES);
  let filled = 0;
  let validBytes = 0;
  let records = 0;
  try {
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const count = fs.readSync(fd, buffer, filled, buffer.length - filled, validBytes + filled);
      if (count === 0) return { validBytes, records };
      filled += count;
      let start = 0;
      for (
        let end = buffer.indexOf(LINE_FEED);
        end >= 0 && end < filled;
        end = buffer.indexOf(LINE_FEED, start)
      ) {
        const json = parseLine(buffer.subarray(start, end));
        if (json === undefined) return { validBytes: validBytes + start, records };
        onRecord(JSON.parse(json) as R);
        records++;
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      validBytes += start;
      filled -= start;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** The JSON of a line, or undefined where the line is not what was written. */
function parseLine(line: Buffer): string | undefined {
  if (line.length < 10 || line[8] !== 32) return undefined;
  const json = line.subarray(9);
  if (Number.parseInt(line.toString('latin1', 0, 8), 16) !== crc32(json)) return undefined;
  return json.toString('utf8');
}

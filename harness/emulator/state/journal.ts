/**
 * An append-only file of checksummed records: the one place where the state of a service becomes durable.
 *
 * Owns the file; knows nothing of what records mean. Two ways lead into it, of which an owner uses one:
 * - `append` resolves when its records are as durable as asked; appends that arrive meanwhile share the next write.
 * - `write` returns when its records are in the kernel; `synced` resolves when all of them are as durable as asked,
 *   which has to be before an answer or an effect outside.
 *
 * Invariants: records lie in the order of the calls; a write that fails leaves nothing of itself, now or when the file
 * is next opened; what is damaged stays where it is, and a file with damage is not rewritten.
 */
import * as fs from 'node:fs';
import { renderLine } from '../../core/checksummed-line.ts';
import { invariant } from '../../core/invariant.ts';
import { type DamagedRecord, type RecordPlace, readLines, recordSlices } from './journal-lines.ts';
import { syncFolder } from './sync-folder.ts';

/** What an answered write has survived. */
export type Durability =
  /** A power cut: it is on the device. */
  | 'device'
  /** The end of this process, however sudden: it is in the kernel. */
  | 'kernel';

export interface JournalOptions {
  durability: Durability;
  /** Told of every damaged record; `text` begins with the path of the file. */
  reportDamage(text: string): void;
  /** Told of a torn tail that was cut off. */
  reportTorn(text: string): void;
}

interface Waiting {
  lines: string;
  count: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class Journal {
  readonly #path: string;
  readonly #durability: Durability;
  #fd: number | undefined;
  #sizeBytes = 0;
  #records = 0;
  #damaged: readonly DamagedRecord[] = [];
  /** Bytes behind the last whole record that could not be cut off yet. */
  #hasTail = false;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #compacting = false;
  /** Lines written while a compaction writes its snapshot. */
  #since: { lines: string; count: number }[] | undefined;
  /** Writes so far, and those of them that are on the device. */
  #writes = 0;
  #syncedWrites = 0;
  #syncing: Promise<void> | undefined;

  private constructor(path: string, durability: Durability) {
    this.#path = path;
    this.#durability = durability;
  }

  /** Creates a journal with its first records, flushed. */
  static create(path: string, durability: Durability, records: readonly object[]): void {
    const fd = fs.openSync(path, 'wx', 0o600);
    try {
      writeAll(fd, Buffer.from(records.map(renderLine).join('')), 0);
      if (durability === 'device') fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  /**
   * Opens a journal, calling `onRecord` for every whole record; a torn tail is cut off. A file that is not there is
   * created by the first write.
   */
  static open<R>(
    path: string,
    { durability, reportDamage, reportTorn }: JournalOptions,
    onRecord?: (record: R, place: RecordPlace) => void,
  ): Journal {
    const journal = new Journal(path, durability);
    // A compaction that was cut short.
    fs.rmSync(`${path}.new`, { force: true });
    const read = readLines(path, (json, place) => onRecord?.(JSON.parse(json.toString('utf8')) as R, place));
    journal.#sizeBytes = read.wholeBytes;
    journal.#records = read.records;
    journal.#damaged = read.damaged;
    for (const { number, offsetBytes, sizeBytes } of read.damaged)
      reportDamage(
        `${path}: record ${number} (${sizeBytes} bytes at ${offsetBytes}) is damaged; it is left out and kept where it is`,
      );
    if (read.tornBytes > 0) {
      reportTorn(`${path}: the last ${read.tornBytes} bytes are no whole record; they were cut off`);
      journal.#hasTail = true;
    }
    if (read.tornBytes > 0 || read.lacksLineFeed) journal.#repairEnd(read.lacksLineFeed);
    return journal;
  }

  /** Records in the file, superseded ones included. */
  get records(): number {
    return this.#records;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get compacting(): boolean {
    return this.#compacting;
  }

  /** Whether records were damaged when the file was opened. */
  get isDamaged(): boolean {
    return this.#damaged.length > 0;
  }

  append(records: readonly object[]): Promise<void> {
    const lines = records.map(renderLine).join('');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, count: records.length, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** @throws the file system's error; nothing of `records` is kept then */
  write(records: readonly object[]): void {
    let text = '';
    for (const record of records) text += renderLine(record);
    this.#writeLines(text, records.length);
  }

  /** Like `write`. @returns where each record lies */
  writePlaced(records: readonly object[]): RecordPlace[] {
    const lines = records.map(renderLine);
    let offsetBytes = this.#sizeBytes;
    this.#writeLines(lines.join(''), lines.length);
    return lines.map((line) => {
      const sizeBytes = Buffer.byteLength(line);
      offsetBytes += sizeBytes;
      return { offsetBytes: offsetBytes - sizeBytes, sizeBytes };
    });
  }

  #writeLines(text: string, count: number): void {
    invariant(!this.#flushing, 'a journal is written to in one way');
    const bytes = Buffer.from(text);
    const fd = this.#open();
    try {
      this.#cutTail(fd);
      writeAll(fd, bytes, this.#sizeBytes);
    } catch (error) {
      this.#abandonTail(fd);
      throw error;
    }
    this.#written(text, bytes.length, count);
    this.#writes++;
  }

  /** Resolves when everything written so far is as durable as asked. @throws when the device failed */
  async synced(): Promise<void> {
    if (this.#durability === 'kernel') return;
    const wanted = this.#writes;
    while (this.#syncedWrites < wanted) {
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
  }

  /** Whether `synced` has anything to wait for. */
  get isSynced(): boolean {
    return this.#durability === 'kernel' || this.#syncedWrites === this.#writes;
  }

  /** Calls `onRecord` for every record in the file, as `open` does. */
  replay<R>(onRecord: (record: R, place: RecordPlace) => void): void {
    readLines(this.#path, (json, place) => onRecord(JSON.parse(json.toString('utf8')) as R, place));
  }

  /** Bytes of the records that were damaged when the file was opened. */
  *damagedBytes(): Generator<Buffer, void> {
    for (const place of this.#damaged) yield this.readBytes(place);
  }

  /** The records of the file as it is now, for a compaction. */
  slices<R>(): Generator<R[], void> {
    return recordSlices<R>((place) => this.readBytes(place), this.#sizeBytes);
  }

  /** Bytes of the file, fewer at its end. */
  readBytes({ offsetBytes, sizeBytes }: RecordPlace): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(Math.min(sizeBytes, this.#sizeBytes - offsetBytes), 0));
    let done = 0;
    while (done < bytes.length) {
      const count = fs.readSync(this.#open(), bytes, done, bytes.length - done, offsetBytes + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  /**
   * Rewrites the file as `snapshot` (the state in records) followed by what is written meanwhile, and takes its
   * place by rename. `snapshot` yields slices, so that requests are served in between; what is written from its call on
   * is behind them. A damaged file stays as it is.
   */
  async compact(snapshot: () => AsyncIterable<readonly object[]>): Promise<void> {
    if (this.#compacting || this.isDamaged) return;
    this.#compacting = true;
    const temporary = `${this.#path}.new`;
    let file: fs.promises.FileHandle | undefined;
    try {
      await this.#flushing;
      this.#since = [];
      const slices = snapshot();
      file = await fs.promises.open(temporary, 'w', 0o600);
      let records = 0;
      for await (const slice of slices) {
        await file.writeFile(slice.map(renderLine).join(''));
        records += slice.length;
      }
      if (this.#durability === 'device') await file.datasync();
      while (this.#flushing) await this.#flushing;
      await this.#syncing?.catch(() => {});
      this.#takeOver(temporary, records);
    } finally {
      await file?.close();
      this.#since = undefined;
      this.#compacting = false;
      fs.rmSync(temporary, { force: true });
    }
  }

  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    try {
      await this.synced();
    } finally {
      this.closeNow();
    }
  }

  /** Gives the descriptor back; the file is opened again when it is next needed. */
  closeNow(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** Synchronous: no write may come between the last line and the swap. */
  #takeOver(temporary: string, snapshotRecords: number): void {
    const fd = fs.openSync(temporary, 'r+');
    let isSwapped = false;
    try {
      const end = fs.fstatSync(fd).size;
      const since = this.#since ?? [];
      const tail = Buffer.from(since.map(({ lines }) => lines).join(''));
      writeAll(fd, tail, end);
      if (this.#durability === 'device') fs.fdatasyncSync(fd);
      fs.renameSync(temporary, this.#path);
      isSwapped = true;
      if (this.#fd !== undefined) fs.closeSync(this.#fd);
      this.#fd = fd;
      this.#sizeBytes = end + tail.length;
      this.#records = snapshotRecords + since.reduce((sum, { count }) => sum + count, 0);
      this.#hasTail = false;
      this.#syncedWrites = this.#writes;
    } finally {
      if (!isSwapped) fs.closeSync(fd);
    }
    if (this.#durability === 'device') syncFolder(this.#path);
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd;
    const { O_RDWR, O_CREAT } = fs.constants;
    const isNew = this.#sizeBytes === 0 && !fs.existsSync(this.#path);
    this.#fd = fs.openSync(this.#path, O_RDWR | O_CREAT, 0o600);
    if (isNew && this.#durability === 'device') syncFolder(this.#path);
    return this.#fd;
  }

  #repairEnd(lacksLineFeed: boolean): void {
    const fd = this.#open();
    try {
      this.#cutTail(fd);
      if (lacksLineFeed) writeAll(fd, Buffer.from('\n'), this.#sizeBytes);
      if (lacksLineFeed) this.#sizeBytes++;
    } catch {
      // A file that cannot be written to can still be read; the next write tries again.
      this.#hasTail = true;
    }
  }

  /** A half line must not stand before the next whole one. */
  #cutTail(fd: number): void {
    if (!this.#hasTail) return;
    fs.ftruncateSync(fd, this.#sizeBytes);
    this.#hasTail = false;
  }

  #abandonTail(fd: number): void {
    this.#hasTail = true;
    try {
      this.#cutTail(fd);
    } catch {
      // The device refuses everything: cut off before the next write.
    }
  }

  #written(lines: string, sizeBytes: number, count: number): void {
    this.#sizeBytes += sizeBytes;
    this.#records += count;
    this.#since?.push({ lines, count });
  }

  async #flush(): Promise<void> {
    // Appends of one turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const lines = batch.map((waiting) => waiting.lines).join('');
      const bytes = Buffer.from(lines);
      try {
        const fd = this.#open();
        this.#cutTail(fd);
        await writeThrough(fd, bytes, this.#sizeBytes, this.#durability);
        const count = batch.reduce((sum, waiting) => sum + waiting.count, 0);
        this.#written(lines, bytes.length, count);
        for (const waiting of batch) waiting.resolve();
      } catch (error) {
        if (this.#fd !== undefined) this.#abandonTail(this.#fd);
        for (const waiting of batch) waiting.reject(error as Error);
      }
    }
    this.#flushing = undefined;
  }

  async #sync(): Promise<void> {
    const writes = this.#writes;
    try {
      await new Promise<void>((resolve, reject) => {
        fs.fdatasync(this.#open(), (failed) => (failed ? reject(failed) : resolve()));
      });
      this.#syncedWrites = Math.max(this.#syncedWrites, writes);
    } finally {
      this.#syncing = undefined;
    }
  }
}

function writeAll(fd: number, bytes: Buffer, offsetBytes: number): void {
  for (let done = 0; done < bytes.length; )
    done += fs.writeSync(fd, bytes, done, bytes.length - done, offsetBytes + done);
}

function writeThrough(fd: number, bytes: Buffer, offsetBytes: number, durability: Durability): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = 0;
    const next = () => {
      fs.write(fd, bytes, written, bytes.length - written, offsetBytes + written, (error, count) => {
        if (error) return reject(error);
        written += count;
        if (written < bytes.length) return next();
        if (durability === 'kernel') return resolve();
        fs.fdatasync(fd, (failed) => (failed ? reject(failed) : resolve()));
      });
    };
    next();
  });
}

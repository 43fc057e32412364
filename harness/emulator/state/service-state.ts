/**
 * The durable state of one service: its folder, the journals in it, and what the operator is told of them. Everything
 * a service keeps goes through here but the contents of objects and packages, which lie in files of their own.
 */
import { join } from 'node:path';
import { monotonicMs } from '../../core/monotonic.ts';
import { type Durability, Journal } from './journal.ts';
import type { RecordPlace } from './journal-lines.ts';

export interface ServiceStateOptions {
  /** Name of the service, for messages. */
  service: string;
  /** Folder of the service alone. */
  folder: string;
  durability: Durability;
  /** The folder outlives the emulator: work in progress is kept too. */
  isKept: boolean;
  /** Told of damage, and of writes that fail. */
  warn(line: string): void;
}

/** Errors of a full, read-only or forbidden disk and of used up descriptors: the environment's, not the emulator's. */
const STORAGE_ERRORS = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EFBIG',
]);
/** A failure that goes on is told of once in this time. */
const TOLD_AGAIN_MS = 60_000;

export class ServiceState {
  readonly folder: string;
  readonly durability: Durability;
  readonly isKept: boolean;
  readonly #service: string;
  readonly #warn: (line: string) => void;
  readonly #journals = new Set<Journal>();
  readonly #toldMs = new Map<string, number>();
  #hasDamage = false;

  constructor({ service, folder, durability, isKept, warn }: ServiceStateOptions) {
    this.#service = service;
    this.folder = folder;
    this.durability = durability;
    this.isKept = isKept;
    this.#warn = warn;
  }

  /** Whether something was found that is not what was written: nothing may be swept then. */
  get hasDamage(): boolean {
    return this.#hasDamage;
  }

  /** Opens a journal of the folder; what is wrong with it is told of. Without `onRecord` it is only checked. */
  openJournal<R>(file: string, onRecord?: (record: R, place: RecordPlace) => void): Journal {
    const { durability } = this;
    const journal = Journal.open<R>(
      join(this.folder, file),
      {
        durability,
        reportDamage: (text) => this.reportDamage(text),
        reportTorn: (text) => this.#warn(`${this.#service}: ${text}.`),
      },
      onRecord,
    );
    this.#journals.add(journal);
    return journal;
  }

  /** A journal that was closed and removed. */
  forget(journal: Journal): void {
    this.#journals.delete(journal);
  }

  /** Tells the operator of damage, before the emulator is ready where it is found at the start. */
  reportDamage(text: string): void {
    this.#hasDamage = true;
    this.#warn(`${this.#service}: ${text}.`);
  }

  /** Whether everything that `write` wrote is as durable as asked. */
  get isSynced(): boolean {
    if (this.durability === 'kernel') return true;
    for (const journal of this.#journals) if (!journal.isSynced) return false;
    return true;
  }

  /** Resolves when everything that `write` wrote is as durable as asked: before an answer, or an effect outside. */
  async synced(): Promise<void> {
    for (const journal of this.#journals) if (!journal.isSynced) await journal.synced();
  }

  /**
   * Tells the operator that the disk refuses writes, once while it lasts.
   * @returns whether `error` is of that kind
   */
  reportFailure(error: unknown): boolean {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!STORAGE_ERRORS.has(code)) return false;
    const nowMs = monotonicMs();
    if (nowMs - (this.#toldMs.get(code) ?? Number.NEGATIVE_INFINITY) > TOLD_AGAIN_MS) {
      this.#toldMs.set(code, nowMs);
      this.#warn(
        `${this.#service}: the state in ${this.folder} cannot be written (${message}); requests that need it fail, and nothing of them is in force.`,
      );
    }
    return true;
  }

  async close(): Promise<void> {
    for (const journal of this.#journals) await journal.close();
  }
}

/**
 * Histories of executions, with their inputs and outputs. A running execution's events are objects in memory;
 * those of closed executions are kept so while there is room, and then moved to one scratch file, oldest first,
 * which is what bounds the memory of a Map Run of 100,000 children. The scratch file is of this process alone:
 * it is emptied at every start and never read by another.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '../../../../asl/history.ts';
import { invariant } from '../../../../core/invariant.ts';

/** Events of closed executions kept as objects, about 100 MB at a usual size. */
const DEFAULT_EVENTS_IN_MEMORY = 150_000;

interface Content {
  input: string;
  output?: string;
  events: HistoryEvent[];
}

interface Place {
  offsetBytes: number;
  sizeBytes: number;
}

/** Of an execution of an earlier process whose events are replayed when they are asked for. */
interface Deferred {
  input: string;
  output?: string;
  /** Calls `begin`, and pushes the events. */
  replay(): void;
}

/** One execution's history. */
export class ExecutionHistory {
  #content: Content | Place | Deferred;
  #length = 0;
  readonly #store: HistoryStore;

  constructor(store: HistoryStore, input: string) {
    this.#store = store;
    this.#content = { input, events: [] };
  }

  /** Number of events, also when they are on disk. */
  get length(): number {
    if ('replay' in this.#content) this.#loaded();
    return this.#length;
  }

  /** Its events are replayed when they are first asked for; so is its output where that is not known. */
  defer(deferred: Deferred): void {
    this.#content = deferred;
  }

  /** Drops all events. */
  begin(input: string): void {
    this.#content = { input, events: [] };
    this.#length = 0;
  }

  push(event: HistoryEvent): void {
    this.#loaded().events.push(event);
    this.#length++;
  }

  get input(): string {
    return 'replay' in this.#content ? this.#content.input : this.#peek().input;
  }

  get output(): string | undefined {
    const known = 'replay' in this.#content ? this.#content.output : undefined;
    return known ?? this.#peek().output;
  }

  setOutput(output: string | undefined): void {
    const content = this.#loaded();
    if (output === undefined) delete content.output;
    else content.output = output;
  }

  /** All events in order of id. Not to be changed. */
  events(): readonly HistoryEvent[] {
    return this.#peek().events;
  }

  /** The execution is closed: the events may go to disk. */
  close(): void {
    this.#store.retire(this);
  }

  /** The text to put on disk, or nothing when it is there already. */
  dump(): string | undefined {
    return 'events' in this.#content ? JSON.stringify(this.#content) : undefined;
  }

  moveTo(place: Place): void {
    this.#content = place;
  }

  #peek(): Content {
    return 'sizeBytes' in this.#content ? this.#store.read(this.#content) : this.#loaded();
  }

  #replay(deferred: Deferred): void {
    try {
      deferred.replay();
    } catch (error) {
      this.#content = deferred;
      throw error;
    }
    this.close();
  }

  #loaded(): Content {
    if ('replay' in this.#content) {
      this.#replay(this.#content);
      return this.#loaded();
    }
    if ('sizeBytes' in this.#content) this.#content = this.#store.read(this.#content);
    return this.#content;
  }
}

export class HistoryStore {
  readonly #path: string;
  readonly #maxEvents: number;
  /** Closed histories in memory, oldest first. */
  #closed: ExecutionHistory[] = [];
  #closedEvents = 0;
  #file: number | undefined;
  #endBytes = 0;

  constructor(stateDir: string, options: { eventsInMemory?: number } = {}) {
    const folder = join(stateDir, 'scratch');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, 'histories');
    this.#maxEvents = options.eventsInMemory ?? DEFAULT_EVENTS_IN_MEMORY;
    // What a killed process left behind is of no use to anyone.
    const file = openSync(this.#path, 'a', 0o600);
    ftruncateSync(file, 0);
    closeSync(file);
  }

  open(input: string): ExecutionHistory {
    return new ExecutionHistory(this, input);
  }

  retire(history: ExecutionHistory): void {
    this.#closed.push(history);
    this.#closedEvents += history.length;
    if (this.#closedEvents > this.#maxEvents) this.#spill();
  }

  read(place: Place): Content {
    invariant(this.#file !== undefined, 'a history on disk has a file');
    const bytes = Buffer.allocUnsafe(place.sizeBytes);
    readSync(this.#file, bytes, 0, place.sizeBytes, place.offsetBytes);
    return JSON.parse(bytes.toString('utf8')) as Content;
  }

  stop(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Moves the older half out, in one write. */
  #spill(): void {
    this.#file ??= openSync(this.#path, 'w+', 0o600);
    const chunks: Buffer[] = [];
    let offsetBytes = this.#endBytes;
    let taken = 0;
    while (taken < this.#closed.length && this.#closedEvents > this.#maxEvents / 2) {
      const history = this.#closed[taken++]!;
      this.#closedEvents -= history.length;
      const text = history.dump();
      if (text === undefined) continue;
      const bytes = Buffer.from(text);
      chunks.push(bytes);
      history.moveTo({ offsetBytes, sizeBytes: bytes.length });
      offsetBytes += bytes.length;
    }
    this.#closed = this.#closed.slice(taken);
    const all = Buffer.concat(chunks);
    for (let written = 0; written < all.length; )
      written += writeSync(this.#file, all, written, all.length - written, this.#endBytes + written);
    this.#endBytes = offsetBytes;
  }
}

/**
 * One log group: its streams, their events' places, and the journal that holds the messages. Memory is 28 bytes
 * an event; messages stay on disk. The journal is replayed when the group is first touched.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { noSuchStream, streamExists } from '../errors.ts';
import type { ResourcePolicy } from './account-store.ts';
import { EventIndex, type EventPlace } from './event-index.ts';
import { Journal } from './journal.ts';

export interface GroupSettings {
  logGroupName: string;
  creationTimeMs: number;
  retentionInDays?: number;
  /** Kept and shown; nothing is encrypted. */
  kmsKeyId?: string;
  logGroupClass?: string;
  metricFilters?: MetricFilter[];
  subscriptionFilters?: SubscriptionFilter[];
  /** The one policy of the group itself, with its revision. */
  resourcePolicy?: GroupPolicy;
  tags: { [key: string]: string };
}

export interface GroupPolicy extends ResourcePolicy {
  resourceArn: string;
  revision: number;
}

/** Makes a metric of events that match. */
interface MetricFilter {
  filterName: string;
  filterPattern: string;
  creationTime: number;
  metricTransformations: readonly MetricTransformation[];
}

export interface MetricTransformation {
  metricName: string;
  metricNamespace: string;
  /** A number, or where in the event it stands: `$.latency`, `$size`. */
  metricValue: string;
  defaultValue?: number;
  /** Where the value of each dimension stands in the event. */
  dimensions?: { [name: string]: string };
  unit?: string;
}

/** Sends events that match to a function. */
export interface SubscriptionFilter {
  filterName: string;
  filterPattern: string;
  destinationArn: string;
  distribution: string;
  creationTime: number;
}

export interface LogStream {
  name: string;
  creationTimeMs: number;
  lastIngestionMs?: number;
  events: EventIndex;
}

export interface LogEvent {
  timestampMs: number;
  message: string;
}

/** A journal record: a stream made (`c`), dropped (`d`), or an event (`t`, `i`, `m`); `s` names the stream. */
type JournalRecord = { s: string } & ({ c: number } | { d: 1 } | { t: number; i: number; m: string });

const DAY_MS = 86_400_000;

export class LogGroup {
  readonly settings: GroupSettings;
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #streams = new Map<string, LogStream>();
  #loaded: boolean;

  /** `isNew` spares reading a journal that cannot exist. */
  constructor(folder: string, settings: GroupSettings, isNew: boolean) {
    this.settings = settings;
    this.#folder = folder;
    this.#journal = new Journal(join(folder, 'events.jsonl'));
    this.#loaded = isNew;
  }

  get storedBytes(): number {
    this.#load();
    const hasEvents = [...this.#streams.values()].some(({ events }) => events.length > 0);
    return hasEvents ? this.#journal.sizeBytes : 0;
  }

  get streams(): ReadonlyMap<string, LogStream> {
    this.#load();
    return this.#streams;
  }

  /** @throws AwsError ResourceNotFoundException */
  stream(name: string): LogStream {
    const stream = this.streams.get(name);
    if (!stream) throw noSuchStream();
    return stream;
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  createStream(name: string, nowMs: number): LogStream {
    if (this.streams.has(name)) throw streamExists();
    this.#write([{ s: name, c: nowMs }]);
    return this.#addStream(name, nowMs);
  }

  deleteStream(name: string): void {
    this.stream(name);
    this.#write([{ s: name, d: 1 }]);
    this.#streams.delete(name);
  }

  append(stream: LogStream, events: readonly LogEvent[], ingestionMs: number): void {
    if (events.length === 0) return;
    const records = events.map(({ timestampMs, message }) => ({
      s: stream.name,
      t: timestampMs,
      i: ingestionMs,
      m: message,
    }));
    const places = this.#write(records);
    for (const [i, place] of places.entries()) {
      stream.events.add({ ...place, timestampMs: events[i]!.timestampMs, ingestionMs });
    }
    stream.lastIngestionMs = ingestionMs;
  }

  message(place: EventPlace): string {
    const record = JSON.parse(this.#journal.read(place.offset, place.sizeBytes)) as { m: string };
    return record.m;
  }

  /** Events older than this are expired by the retention setting. */
  expiredBeforeMs(nowMs: number): number {
    const days = this.settings.retentionInDays;
    return days === undefined ? Number.NEGATIVE_INFINITY : nowMs - days * DAY_MS;
  }

  close(): void {
    this.#journal.close();
  }

  remove(): void {
    this.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #addStream(name: string, creationTimeMs: number): LogStream {
    const stream = { name, creationTimeMs, events: new EventIndex() };
    this.#streams.set(name, stream);
    return stream;
  }

  #write(records: readonly JournalRecord[]): { offset: number; sizeBytes: number }[] {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    let offset = this.#journal.append(lines.join(''));
    return lines.map((line) => {
      const place = { offset, sizeBytes: Buffer.byteLength(line) };
      offset += place.sizeBytes;
      return place;
    });
  }

  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    this.#journal.replay((line, offset, sizeBytes) => {
      const record = parseRecord(line);
      if (!record) return;
      if ('d' in record) this.#streams.delete(record.s);
      else if ('c' in record) this.#addStream(record.s, record.c);
      else {
        const stream = this.#streams.get(record.s) ?? this.#addStream(record.s, record.i);
        stream.events.add({ timestampMs: record.t, ingestionMs: record.i, offset, sizeBytes });
        stream.lastIngestionMs = record.i;
      }
    });
  }
}

/** A damaged line is passed over: the other events are worth more than an exact account of one. */
function parseRecord(line: string): JournalRecord | undefined {
  try {
    const record = JSON.parse(line) as JournalRecord;
    return typeof record.s === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

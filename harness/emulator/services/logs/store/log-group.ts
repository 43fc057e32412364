/**
 * One log group: its streams, their events' places, and the journal that holds the messages. Memory is 28 bytes
 * an event; messages stay on disk. The journal is checked when it is opened, and replayed when the group is first
 * touched.
 */

import { jsonOf } from '../../../../core/checksummed-line.ts';
import type { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { noSuchStream, streamExists } from '../errors.ts';
import type { ResourcePolicy } from './account-store.ts';
import { EventIndex, type EventPlace } from './event-index.ts';

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
/** Neighbours are read along, so that reading in order is one read per window. */
const WINDOW_BYTES = 128 * 1024;

export class LogGroup {
  readonly settings: GroupSettings;
  readonly #state: ServiceState;
  readonly #journal: Journal;
  readonly #streams = new Map<string, LogStream>();
  #loaded: boolean;
  #window: { offsetBytes: number; bytes: Buffer } = { offsetBytes: 0, bytes: Buffer.alloc(0) };

  /** `file` lies below the state's folder. */
  constructor(state: ServiceState, file: string, settings: GroupSettings) {
    this.settings = settings;
    this.#state = state;
    this.#journal = state.openJournal(file);
    this.#loaded = this.#journal.records === 0;
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
    this.#journal.write([{ s: name, c: nowMs }]);
    return this.#addStream(name, nowMs);
  }

  deleteStream(name: string): void {
    this.stream(name);
    this.#journal.write([{ s: name, d: 1 }]);
    this.#streams.delete(name);
  }

  append(stream: LogStream, events: readonly LogEvent[], ingestionMs: number): void {
    if (events.length === 0) return;
    const records: JournalRecord[] = events.map(({ timestampMs, message }) => ({
      s: stream.name,
      t: timestampMs,
      i: ingestionMs,
      m: message,
    }));
    const places = this.#journal.writePlaced(records);
    for (const [i, { offsetBytes, sizeBytes }] of places.entries()) {
      const { timestampMs } = events[i]!;
      stream.events.add({ offset: offsetBytes, sizeBytes, timestampMs, ingestionMs });
    }
    stream.lastIngestionMs = ingestionMs;
  }

  message(place: EventPlace): string {
    const json = jsonOf(this.#line(place).subarray(0, -1));
    if (!json) throw new Error(`the event at ${place.offset} of ${this.settings.logGroupName} is damaged`);
    return (JSON.parse(json.toString('utf8')) as { m: string }).m;
  }

  /** Events older than this are expired by the retention setting. */
  expiredBeforeMs(nowMs: number): number {
    const days = this.settings.retentionInDays;
    return days === undefined ? Number.NEGATIVE_INFINITY : nowMs - days * DAY_MS;
  }

  /** Gives the journal up, for its file to be removed. */
  close(): void {
    this.#journal.closeNow();
    this.#state.forget(this.#journal);
  }

  #line({ offset, sizeBytes }: EventPlace): Buffer {
    const start = offset - this.#window.offsetBytes;
    if (start < 0 || start + sizeBytes > this.#window.bytes.length) {
      const wanted = { offsetBytes: offset, sizeBytes: Math.max(sizeBytes, WINDOW_BYTES) };
      this.#window = { offsetBytes: offset, bytes: this.#journal.readBytes(wanted) };
    }
    const begin = offset - this.#window.offsetBytes;
    return this.#window.bytes.subarray(begin, begin + sizeBytes);
  }

  #addStream(name: string, creationTimeMs: number): LogStream {
    const stream = { name, creationTimeMs, events: new EventIndex() };
    this.#streams.set(name, stream);
    return stream;
  }

  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    this.#journal.replay<JournalRecord>((record, { offsetBytes, sizeBytes }) => {
      if ('d' in record) this.#streams.delete(record.s);
      else if ('c' in record) this.#addStream(record.s, record.c);
      else {
        const stream = this.#streams.get(record.s) ?? this.#addStream(record.s, record.i);
        stream.events.add({ timestampMs: record.t, ingestionMs: record.i, offset: offsetBytes, sizeBytes });
        stream.lastIngestionMs = record.i;
      }
    });
  }
}

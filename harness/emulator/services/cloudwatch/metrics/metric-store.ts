/**
 * All metrics of one account and region: in memory, and in a journal that is read when the service starts (and then
 * rewritten, summed up, when it has grown). What was put for later is there for every reader.
 */
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import type { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import type { Metric, MetricDatum } from './metric.ts';
import { metricKey } from './metric.ts';
import { Series } from './series.ts';

/** Metrics of a minute are kept 15 days, then only summed up; what is older is dropped here. */
const KEPT_MS = 15 * 86_400_000;
const REWRITE_BYTES = 8 * 1024 * 1024;
const REWRITE_SLICE = 1_000;

/** A record of the journal: namespace and name, dimensions, unit, time, resolution, samples. */
type MetricRecord = { m: Metric; u: string; t: number; h?: true; s: MetricDatum['samples'] };

export class MetricStore {
  readonly #state: ServiceState;
  readonly #journal: Journal;
  readonly #series = new Map<string, Series>();
  #later: (() => readonly MetricDatum[])[] = [];
  #isClosed = false;

  constructor(state: ServiceState, nowMs: number) {
    this.#state = state;
    this.#journal = state.openJournal<MetricRecord>('metrics', (record) => {
      if (record.t >= nowMs - KEPT_MS) this.#add(datumOf(record));
    });
    if (this.#journal.sizeBytes > REWRITE_BYTES) this.#rewrite();
  }

  get series(): readonly Series[] {
    this.#settle();
    return [...this.#series.values()];
  }

  find(metric: Metric): Series | undefined {
    this.#settle();
    return this.#series.get(metricKey(metric));
  }

  /** Puts what services measure themselves: after the current turn, or before the next read. */
  putLater(data: () => readonly MetricDatum[]): void {
    // A function that ends while the emulator stops still measures something.
    if (this.#isClosed) return;
    this.#later.push(data);
    if (this.#later.length === 1) afterThisTurn(() => this.#settle());
  }

  /** Written before it is in force. @throws Error of the file system; nothing of `data` is in force then */
  put(data: readonly MetricDatum[]): void {
    if (data.length === 0) return;
    this.#journal.write(data.map(recordOf));
    for (const datum of data) this.#add(datum);
  }

  close(): void {
    this.#settle();
    this.#isClosed = true;
  }

  #settle(): void {
    if (this.#later.length === 0) return;
    const later = this.#later;
    this.#later = [];
    try {
      this.put(later.flatMap((data) => data()));
    } catch (error) {
      // No client waits for these.
      if (!this.#state.reportFailure(error)) throw error;
    }
  }

  #add({ metric, ...datum }: MetricDatum): void {
    const key = metricKey(metric);
    let series = this.#series.get(key);
    if (!series) {
      series = new Series(metric);
      this.#series.set(key, series);
    }
    series.add(datum);
  }

  #rewrite(): void {
    const all = [...this.#series.values()].flatMap((series) =>
      [...series.data()].map((datum) => recordOf({ metric: series.metric, ...datum })),
    );
    const snapshot = async function* () {
      for (let i = 0; i < all.length; i += REWRITE_SLICE) yield all.slice(i, i + REWRITE_SLICE);
    };
    this.#journal.compact(snapshot).catch((error) => this.#state.reportFailure(error));
  }
}

const recordOf = ({ metric, unit, timestampMs, highResolution, samples }: MetricDatum): MetricRecord => ({
  m: metric,
  u: unit,
  t: timestampMs,
  ...(highResolution ? { h: true } : {}),
  s: samples,
});

const datumOf = ({ m, u, t, h, s }: MetricRecord): MetricDatum => ({
  metric: m,
  unit: u,
  timestampMs: t,
  highResolution: h === true,
  samples: s,
});

/**
 * All metrics of one account and region: in memory, and as an append-only journal `metrics.jsonl` that is read when
 * the service starts (and then rewritten, summed up, when it has grown).
 *
 * Owns the journal's descriptor. A line torn by a power cut is skipped. What was put for later is there for
 * every reader.
 */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import type { Metric, MetricDatum } from './metric.ts';
import { metricKey } from './metric.ts';
import { Series } from './series.ts';

/** Metrics of a minute are kept 15 days, then only summed up; what is older is dropped here. */
const KEPT_MS = 15 * 86_400_000;
const REWRITE_BYTES = 8 * 1024 * 1024;

/** A record: namespace and name, dimensions, unit, time, resolution, samples. */
type JournalLine = { m: Metric; u: string; t: number; h?: true; s: MetricDatum['samples'] };

export class MetricStore {
  readonly #path: string;
  readonly #series = new Map<string, Series>();
  #later: (() => readonly MetricDatum[])[] = [];
  #fd: number | undefined;
  #isClosed = false;
  readonly #warn: (line: string) => void;

  /** @param warn told of metrics of services that could not be written */
  constructor(stateDir: string, nowMs: number, warn: (line: string) => void = () => {}) {
    this.#warn = warn;
    this.#path = join(stateDir, 'metrics.jsonl');
    if (!existsSync(this.#path)) return;
    const text = readFileSync(this.#path, 'utf8');
    for (const line of text.split('\n')) {
      const datum = parseLine(line);
      if (datum && datum.timestampMs >= nowMs - KEPT_MS) this.#add(datum);
    }
    if (text.length > REWRITE_BYTES) this.#rewrite();
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
    this.#fd ??= openSync(this.#path, 'a', 0o600);
    writeSync(this.#fd, data.map(lineOf).join(''));
    for (const datum of data) this.#add(datum);
  }

  close(): void {
    this.#settle();
    this.#isClosed = true;
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #settle(): void {
    if (this.#later.length === 0) return;
    const later = this.#later;
    this.#later = [];
    try {
      this.put(later.flatMap((data) => data()));
    } catch (error) {
      // No client waits for these: a full disk must not end the process.
      this.#warn(`metrics of services were not written: ${(error as Error).message}`);
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
    const lines = this.series.flatMap((series) =>
      [...series.data()].map((datum) => lineOf({ metric: series.metric, ...datum })),
    );
    writeFileSync(`${this.#path}.tmp`, lines.join(''), { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}

const texts = new WeakMap<Metric, string>();

function lineOf({ metric, unit, timestampMs, highResolution, samples }: MetricDatum): string {
  const line: Omit<JournalLine, 'm'> = {
    u: unit,
    t: timestampMs,
    ...(highResolution ? { h: true } : {}),
    s: samples,
  };
  const text = texts.get(metric) ?? JSON.stringify(metric);
  texts.set(metric, text);
  return `{"m":${text},${JSON.stringify(line).slice(1)}\n`;
}

function parseLine(line: string): MetricDatum | undefined {
  if (line === '') return undefined;
  try {
    const { m, u, t, h, s } = JSON.parse(line) as JournalLine;
    return { metric: m, unit: u, timestampMs: t, highResolution: h === true, samples: s };
  } catch {
    return undefined;
  }
}

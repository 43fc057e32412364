/**
 * Brings alarms up to date. An alarm is judged at every whole period of at most a minute since it was last looked at,
 * over windows that end there; whoever reads an alarm sees it as it stands now. No timer runs: virtual time would
 * never come to rest over one.
 */
import type { Clock } from '../../../../core/clock.ts';
import { parseQueries, readMetric, runQueries } from '../metrics/metric-query.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { Alarm, AlarmState } from './alarm.ts';
import type { AlarmStore } from './alarm-store.ts';
import { type Datapoint, judgeAlarm, type Verdict } from './judge-alarm.ts';

/** Periods looked at beyond the alarm's own: older datapoints stand in for missing ones. */
const MORE_PERIODS = 2;
/** Moments judged at most after a long silence; before the first of them nothing can have changed any more. */
const MAX_MOMENTS = 500;

export class AlarmWatch {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #metrics: MetricStore;
  readonly #alarms: AlarmStore;

  constructor(parts: { clock: Pick<Clock, 'nowMs'>; metrics: MetricStore; alarms: AlarmStore }) {
    this.#clock = parts.clock;
    this.#metrics = parts.metrics;
    this.#alarms = parts.alarms;
  }

  /** Judges all alarms up to now. */
  catchUp(): void {
    const nowMs = this.#clock.nowMs();
    let changed = false;
    for (const alarm of this.#alarms.alarms.values()) if (this.#catchUp(alarm, nowMs)) changed = true;
    if (changed) this.#alarms.saveIfPossible();
  }

  /** Puts an alarm in a state, and into its history. */
  change(alarm: Alarm, to: { state: AlarmState; reason: string; data?: string }, atMs: number): void {
    const before = {
      stateValue: alarm.state,
      stateReason: alarm.stateReason,
      ...parsedData(alarm.stateReasonData),
    };
    const after = { stateValue: to.state, stateReason: to.reason, ...parsedData(to.data) };
    if (to.state !== alarm.state) {
      this.#alarms.remember({
        alarmName: alarm.name,
        timestampMs: atMs,
        type: 'StateUpdate',
        summary: `Alarm updated from ${alarm.state} to ${to.state}`,
        data: JSON.stringify({ version: '1.0', oldState: before, newState: after }),
      });
      alarm.stateTransitionedMs = atMs;
    }
    alarm.state = to.state;
    alarm.stateReason = to.reason;
    if (to.data === undefined) delete alarm.stateReasonData;
    else alarm.stateReasonData = to.data;
    alarm.stateUpdatedMs = atMs;
  }

  #catchUp(alarm: Alarm, nowMs: number): boolean {
    const periodMs = periodOf(alarm) * 1000;
    const stepMs = Math.min(periodMs, 60_000);
    const lastMs = Math.floor(nowMs / stepMs) * stepMs;
    const firstMs = Math.max(
      (Math.floor(alarm.evaluatedMs / stepMs) + 1) * stepMs,
      lastMs - MAX_MOMENTS * stepMs,
    );
    let changed = false;
    for (let atMs = firstMs; atMs <= lastMs; atMs += stepMs) {
      alarm.evaluatedMs = atMs;
      const verdict = this.#judge(alarm, atMs, periodMs);
      if (!verdict || verdict.state === alarm.state) continue;
      this.change(
        alarm,
        { state: verdict.state, reason: verdict.reason, data: reasonData(alarm, verdict, atMs) },
        atMs,
      );
      changed = true;
    }
    return changed;
  }

  #judge(alarm: Alarm, atMs: number, periodMs: number): Verdict | undefined {
    const count = alarm.evaluationPeriods + MORE_PERIODS;
    const windows = Array.from({ length: count }, (_, i) => atMs - (i + 1) * periodMs);
    const range = { startMs: windows.at(-1)!, endMs: atMs };
    return judgeAlarm(alarm, windows, this.#datapoints(alarm, range), alarm.state);
  }

  #datapoints(alarm: Alarm, range: { startMs: number; endMs: number }): Map<number, Datapoint> {
    if (alarm.queries) {
      const queries = parseQueries(alarm.queries, 'Metrics');
      const [result] = runQueries(this.#metrics, queries, range);
      return new Map((result?.points ?? []).map(([atMs, value]) => [atMs, { atMs, value }]));
    }
    const { series, samples } = readMetric(
      this.#metrics,
      {
        metric: { namespace: alarm.namespace!, name: alarm.metricName!, dimensions: alarm.dimensions ?? [] },
        periodSeconds: alarm.periodSeconds!,
        stat: (alarm.statistic ?? alarm.extendedStatistic)!,
        ...(alarm.unit === undefined ? {} : { unit: alarm.unit }),
      },
      range,
    );
    return new Map(
      [...series.points].map(([atMs, value]) => [atMs, { atMs, value, sampleCount: samples.get(atMs)! }]),
    );
  }
}

/** Seconds: of the alarm's metric, or the longest among its queries. */
function periodOf(alarm: Alarm): number {
  if (alarm.periodSeconds !== undefined) return alarm.periodSeconds;
  return Math.max(
    60,
    ...(alarm.queries ?? []).map(({ MetricStat, Period = 60 }) => MetricStat?.Period ?? Period),
  );
}

function reasonData(alarm: Alarm, { evaluated }: Verdict, atMs: number): string {
  const known = evaluated.filter((one) => one.value !== undefined);
  const time = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');
  return JSON.stringify({
    version: '1.0',
    queryDate: time(atMs),
    ...(known.length > 0 ? { startDate: time(known.at(-1)!.atMs) } : {}),
    ...(alarm.unit === undefined ? {} : { unit: alarm.unit }),
    ...(alarm.statistic === undefined ? {} : { statistic: alarm.statistic }),
    period: periodOf(alarm),
    recentDatapoints: known.map(({ value }) => value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map((one) => ({
      timestamp: time(one.atMs),
      ...(one.sampleCount === undefined ? {} : { sampleCount: one.sampleCount }),
      ...(one.value === undefined ? {} : { value: one.value }),
    })),
  });
}

function parsedData(text: string | undefined): { stateReasonData?: unknown } {
  if (text === undefined) return {};
  try {
    return { stateReasonData: JSON.parse(text) };
  } catch {
    return { stateReasonData: text };
  }
}

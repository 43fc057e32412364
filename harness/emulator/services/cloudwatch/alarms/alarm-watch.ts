/**
 * Evaluates alarms. A metric alarm is evaluated at every whole period of at most a minute since its last evaluation,
 * over windows that end there; a composite alarm when an alarm of its rule changes. Alarm state is evaluated when it is
 * read; a timer runs only while an alarm has a function to invoke. Virtual time does not advance for that timer: it
 * would never stop.
 */
import type { Cancel, Clock } from '../../../../core/clock.ts';
import { parseQueries, readMetric, runQueries } from '../metrics/metric-query.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import {
  type Alarm,
  type AlarmState,
  actionsOf,
  isComposite,
  type MetricAlarm,
  type PreviousState,
} from './alarm.ts';
import { type AlarmActions, isFunctionArn } from './alarm-actions.ts';
import type { AlarmStore } from './alarm-store.ts';
import { CompositeStates } from './composite-state.ts';
import { type Datapoint, judgeAlarm, type Verdict } from './judge-alarm.ts';

/** Periods looked at beyond the alarm's own: older datapoints stand in for missing ones. */
const MORE_PERIODS = 2;
/** Moments judged at most after a long silence; before the first of them nothing can have changed any more. */
const MAX_MOMENTS = 500;

export class AlarmWatch {
  readonly #clock: Pick<Clock, 'nowMs' | 'whenPassing'>;
  readonly #metrics: MetricStore;
  readonly #alarms: AlarmStore;
  readonly #actions: AlarmActions;
  readonly composites: CompositeStates;
  /** Calls of functions, made once the change of state is saved. */
  #calls: (() => Promise<void>)[] = [];
  #timer: Cancel | undefined;
  #isStopped = false;

  constructor(parts: {
    clock: Pick<Clock, 'nowMs' | 'whenPassing'>;
    metrics: MetricStore;
    alarms: AlarmStore;
    actions: AlarmActions;
  }) {
    this.#clock = parts.clock;
    this.#metrics = parts.metrics;
    this.#alarms = parts.alarms;
    this.#actions = parts.actions;
    this.composites = new CompositeStates({
      alarms: parts.alarms.alarms,
      change: (alarm, to, atMs) => this.change(alarm, to, atMs),
      act: (alarm, previous) => this.#act(alarm, previous),
    });
  }

  /** Judges all alarms up to now. */
  catchUp(): void {
    if (this.#evaluate(this.#clock.nowMs())) this.#alarms.saveIfPossible();
    this.#proceed();
  }

  /** Saves what an operation changed, then carries out what follows. @throws the file system's error */
  save(): void {
    this.#alarms.save();
    this.#proceed();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  /** Puts an alarm in a state, and into its history. */
  change(alarm: Alarm, to: { state: AlarmState; reason: string; data?: string }, atMs: number): void {
    const previous: PreviousState = {
      value: alarm.state,
      reason: alarm.stateReason,
      ...(alarm.stateReasonData === undefined ? {} : { reasonData: alarm.stateReasonData }),
      timestampMs: alarm.stateUpdatedMs,
    };
    const isTransition = to.state !== alarm.state;
    if (isTransition) {
      this.#alarms.remember({
        alarmName: alarm.name,
        ...(isComposite(alarm) ? { isComposite: true } : {}),
        timestampMs: atMs,
        type: 'StateUpdate',
        summary: `Alarm updated from ${alarm.state} to ${to.state}`,
        data: JSON.stringify({
          version: '1.0',
          oldState: {
            stateValue: alarm.state,
            stateReason: alarm.stateReason,
            ...parsedData(alarm.stateReasonData),
          },
          newState: { stateValue: to.state, stateReason: to.reason, ...parsedData(to.data) },
        }),
      });
      alarm.stateTransitionedMs = atMs;
    }
    alarm.state = to.state;
    alarm.stateReason = to.reason;
    if (to.data === undefined) delete alarm.stateReasonData;
    else alarm.stateReasonData = to.data;
    alarm.stateUpdatedMs = atMs;
    if (!isTransition) return;
    if (!isComposite(alarm) || !this.composites.suppresses(alarm, previous, atMs)) this.#act(alarm, previous);
    this.composites.childChanged(alarm, atMs);
  }

  #act(alarm: Alarm, previous: PreviousState): void {
    if (!alarm.actionsEnabled) return;
    for (const arn of actionsOf(alarm).filter(isFunctionArn)) {
      this.#calls.push(this.#actions.callOf(alarm, arn, previous));
    }
  }

  #proceed(): void {
    const calls = this.#calls;
    this.#calls = [];
    for (const call of calls) void call();
    this.#timer?.();
    this.#timer = undefined;
    if (this.#isStopped || !this.#hasActions()) return;
    const nextMs = Math.min(this.composites.nextEndMs(), ...this.#metricAlarms().map(nextMomentMs));
    if (Number.isFinite(nextMs)) this.#timer = this.#clock.whenPassing(nextMs, () => this.catchUp());
  }

  #hasActions(): boolean {
    for (const alarm of this.#alarms.alarms.values()) {
      const { actionsEnabled, alarmActions, okActions, insufficientDataActions } = alarm;
      if (!actionsEnabled) continue;
      if ([alarmActions, okActions, insufficientDataActions].some((arns) => arns.some(isFunctionArn)))
        return true;
    }
    return false;
  }

  #metricAlarms(): MetricAlarm[] {
    return [...this.#alarms.alarms.values()].filter((alarm): alarm is MetricAlarm => !isComposite(alarm));
  }

  /** Moment by moment, so that composite alarms see the others as they stood then. @returns true when one changed */
  #evaluate(nowMs: number): boolean {
    const alarms = this.#metricAlarms();
    for (const alarm of alarms) {
      const stepMs = stepOf(alarm);
      const lastMs = Math.floor(nowMs / stepMs) * stepMs;
      alarm.evaluatedMs = Math.max(alarm.evaluatedMs, lastMs - MAX_MOMENTS * stepMs);
    }
    let changed = false;
    for (;;) {
      const moments = alarms.map(nextMomentMs);
      const atMs = Math.min(this.composites.nextEndMs(), ...moments);
      if (atMs > nowMs) return changed;
      for (const [i, alarm] of alarms.entries()) {
        if (moments[i] === atMs && this.#evaluateAt(alarm, atMs)) changed = true;
      }
      if (this.composites.endPeriods(atMs)) changed = true;
    }
  }

  #evaluateAt(alarm: MetricAlarm, atMs: number): boolean {
    alarm.evaluatedMs = atMs;
    const verdict = this.#judge(alarm, atMs, periodOf(alarm) * 1000);
    if (!verdict || verdict.state === alarm.state) return false;
    const data = reasonData(alarm, verdict, atMs);
    this.change(alarm, { state: verdict.state, reason: verdict.reason, data }, atMs);
    return true;
  }

  #judge(alarm: MetricAlarm, atMs: number, periodMs: number): Verdict | undefined {
    const count = alarm.evaluationPeriods + MORE_PERIODS;
    const windows = Array.from({ length: count }, (_, i) => atMs - (i + 1) * periodMs);
    const range = { startMs: windows.at(-1)!, endMs: atMs };
    return judgeAlarm(alarm, windows, this.#datapoints(alarm, range), alarm.state);
  }

  #datapoints(alarm: MetricAlarm, range: { startMs: number; endMs: number }): Map<number, Datapoint> {
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

const stepOf = (alarm: MetricAlarm): number => Math.min(periodOf(alarm) * 1000, 60_000);

/** The first moment after the last one at which the alarm was judged. */
function nextMomentMs(alarm: MetricAlarm): number {
  const stepMs = stepOf(alarm);
  return (Math.floor(alarm.evaluatedMs / stepMs) + 1) * stepMs;
}

/** Seconds: of the alarm's metric, or the longest among its queries. */
function periodOf(alarm: MetricAlarm): number {
  if (alarm.periodSeconds !== undefined) return alarm.periodSeconds;
  return Math.max(
    60,
    ...(alarm.queries ?? []).map(({ MetricStat, Period = 60 }) => MetricStat?.Period ?? Period),
  );
}

function reasonData(alarm: MetricAlarm, { evaluated }: Verdict, atMs: number): string {
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

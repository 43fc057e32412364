/**
 * The states of composite alarms: evaluated when an alarm changes that their rule names, their actions held back
 * while a suppressor says so.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
 */
import {
  type Alarm,
  type AlarmState,
  type CompositeAlarm,
  isComposite,
  type PreviousState,
} from './alarm.ts';
import { eventTime } from './alarm-actions.ts';
import { type AlarmRule, alarmsIn, parseAlarmRule, ruleHolds } from './alarm-rule.ts';

export interface CompositePorts {
  alarms: ReadonlyMap<string, Alarm>;
  change(alarm: Alarm, to: { state: AlarmState; reason: string; data: string }, atMs: number): void;
  /** Carries out the actions of an alarm that has come from `previous`. */
  act(alarm: Alarm, previous: PreviousState): void;
}

export class CompositeStates {
  readonly #ports: CompositePorts;
  /** Rules by their text. */
  readonly #rules = new Map<string, AlarmRule>();
  /** Alarms on the path of an evaluation: one that comes again is part of a cycle, which ends it, as on AWS. */
  readonly #path = new Set<string>();

  constructor(ports: CompositePorts) {
    this.#ports = ports;
  }

  ruleOf({ rule: text }: CompositeAlarm): AlarmRule {
    const known = this.#rules.get(text);
    if (known) return known;
    if (this.#rules.size > MAX_RULES) this.#rules.clear();
    const rule = parseAlarmRule(text);
    this.#rules.set(text, rule);
    return rule;
  }

  /** Composite alarms whose rule or suppressor names the alarm `name`. */
  dependents(name: string): CompositeAlarm[] {
    return this.#composites().filter(
      (one) => one.suppressor?.alarmName === name || alarmsIn(this.ruleOf(one)).includes(name),
    );
  }

  /** After a rule was put. */
  evaluatePut(alarm: CompositeAlarm, isNew: boolean, atMs: number): void {
    const state = this.#stateByRule(alarm);
    if (state === alarm.state) return;
    const children = alarmsIn(this.ruleOf(alarm)).flatMap((name) => this.#ports.alarms.get(name) ?? []);
    const reason = `${alarm.arn} was ${isNew ? 'created' : 'updated'} and its alarm rule evaluates to ${state}`;
    this.#ports.change(alarm, { state, reason, data: reasonData(children) }, atMs);
  }

  /** After `child` has come into another state. */
  childChanged(child: Alarm, atMs: number): void {
    if (this.#path.has(child.name)) return;
    this.#path.add(child.name);
    try {
      for (const alarm of this.#composites()) {
        if (alarm.suppressor?.alarmName === child.name) this.#suppressorChanged(alarm, child, atMs);
        if (this.#path.has(alarm.name) || !alarmsIn(this.ruleOf(alarm)).includes(child.name)) continue;
        const state = this.#stateByRule(alarm);
        if (state === alarm.state) continue;
        const reason = `${child.arn} transitioned to ${child.state} at ${longTime(child.stateUpdatedMs)}`;
        this.#ports.change(alarm, { state, reason, data: reasonData([child]) }, atMs);
      }
    } finally {
      this.#path.delete(child.name);
    }
  }

  /** True when the actions of a change of state wait, or are not carried out at all. */
  suppresses(alarm: CompositeAlarm, previous: PreviousState, atMs: number): boolean {
    const { suppressor, suppressed } = alarm;
    if (!suppressor || !alarm.actionsEnabled) return false;
    if (suppressed) {
      // Back where it was before its actions were held back: nothing has happened.
      if (suppressed.previous.value === alarm.state) delete alarm.suppressed;
      return true;
    }
    if (this.#ports.alarms.get(suppressor.alarmName)?.state === 'ALARM') {
      alarm.suppressed = { by: 'Alarm', previous };
      return true;
    }
    if (suppressor.waitSeconds === 0) return false;
    alarm.suppressed = { by: 'WaitPeriod', previous, untilMs: atMs + suppressor.waitSeconds * 1000 };
    return true;
  }

  /** When the next period ends in which actions are held back; Infinity when there is none. */
  nextEndMs(): number {
    return Math.min(
      ...this.#composites().map(({ suppressed }) => suppressed?.untilMs ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Carries out the actions whose period has ended. @returns true when there were any */
  endPeriods(atMs: number): boolean {
    const ended = this.#composites().filter(
      ({ suppressed }) => (suppressed?.untilMs ?? Number.POSITIVE_INFINITY) <= atMs,
    );
    for (const alarm of ended) this.#release(alarm);
    return ended.length > 0;
  }

  #suppressorChanged(alarm: CompositeAlarm, { state }: Alarm, atMs: number): void {
    const { suppressed, suppressor } = alarm;
    if (!suppressed || !suppressor) return;
    if (state === 'ALARM') alarm.suppressed = { by: 'Alarm', previous: suppressed.previous };
    else if (suppressed.by === 'Alarm') {
      const untilMs = atMs + suppressor.extensionSeconds * 1000;
      if (untilMs === atMs) this.#release(alarm);
      else alarm.suppressed = { by: 'ExtensionPeriod', previous: suppressed.previous, untilMs };
    }
  }

  #release(alarm: CompositeAlarm): void {
    this.#ports.act(alarm, alarm.suppressed!.previous);
    delete alarm.suppressed;
  }

  #stateByRule(alarm: CompositeAlarm): AlarmState {
    return ruleHolds(this.ruleOf(alarm), (name) => this.#ports.alarms.get(name)?.state) ? 'ALARM' : 'OK';
  }

  #composites(): CompositeAlarm[] {
    return [...this.#ports.alarms.values()].filter(isComposite);
  }
}

const MAX_RULES = 1000;

const reasonData = (alarms: readonly Alarm[]): string =>
  JSON.stringify({
    triggeringAlarms: alarms.map(({ arn, state, stateUpdatedMs }) => ({
      arn,
      state: { value: state, timestamp: eventTime(stateUpdatedMs) },
    })),
  });

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Friday 04 August, 2023 12:54:46 UTC` */
function longTime(ms: number): string {
  const at = new Date(ms);
  const [date = '', time = ''] = at.toISOString().split('T');
  const [year, , day] = date.split('-');
  return `${DAYS[at.getUTCDay()]} ${day} ${MONTHS[at.getUTCMonth()]}, ${year} ${time.slice(0, 8)} UTC`;
}

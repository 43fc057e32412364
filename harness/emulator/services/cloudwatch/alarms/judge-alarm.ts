/**
 * What state the datapoints of an alarm mean. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */
import type { AlarmSettings, AlarmState } from './alarm.ts';

export interface Datapoint {
  atMs: number;
  value: number;
  sampleCount?: number;
}

export interface Verdict {
  state: AlarmState;
  reason: string;
  /** The datapoints it rests on, newest first; one without a value is missing. */
  evaluated: { atMs: number; value?: number; sampleCount?: number }[];
}

const COMPARISONS: {
  readonly [operator: string]: { words: string; breaches(value: number, threshold: number): boolean };
} = {
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', breaches: (a, b) => a >= b },
  GreaterThanThreshold: { words: 'greater than', breaches: (a, b) => a > b },
  LessThanThreshold: { words: 'less than', breaches: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', breaches: (a, b) => a <= b },
};
/** Others compare with a band of expected values, which is not served. */
export const COMPARISON_OPERATORS = Object.keys(COMPARISONS);

export const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'];

type Rules = Pick<
  AlarmSettings,
  'evaluationPeriods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'treatMissingData'
>;

/**
 * @param windows start of each period of the evaluation range, newest first: more than the alarm's own number, so
 * that older datapoints can stand in for missing ones
 * @returns nothing when the state stays as it is
 */
export function judgeAlarm(
  rules: Rules,
  windows: readonly number[],
  datapoints: ReadonlyMap<number, Datapoint>,
  state: AlarmState,
): Verdict | undefined {
  const { evaluationPeriods: periods, threshold } = rules;
  const needed = rules.datapointsToAlarm ?? periods;
  const comparison = COMPARISONS[rules.comparison]!;
  const treatment = rules.treatMissingData ?? 'missing';
  const real = windows.flatMap((atMs) => datapoints.get(atMs) ?? []).slice(0, periods);
  const missing = periods - real.length;
  const breaching = real.filter(({ value }) => comparison.breaches(value, threshold));
  const verdict = stateOf(breaching.length, real.length, missing, needed, treatment);
  if (verdict === 'stays') return undefined;
  const evaluated = real.length === 0 ? windows.slice(0, periods).map((atMs) => ({ atMs })) : real;
  const reason = reasonOf({ rules, needed, real, breaching, missing, verdict, treatment, state });
  return { state: verdict, reason, evaluated };
}

function stateOf(
  breaching: number,
  real: number,
  missing: number,
  needed: number,
  treatment: string,
): AlarmState | 'stays' {
  if (breaching >= needed) return 'ALARM';
  if (treatment === 'breaching') return breaching + missing >= needed ? 'ALARM' : 'OK';
  if (treatment === 'notBreaching') return 'OK';
  if (real > breaching) return 'OK';
  if (treatment === 'ignore') return 'stays';
  return real === 0 ? 'INSUFFICIENT_DATA' : 'ALARM';
}

interface Facts {
  rules: Rules;
  needed: number;
  real: readonly Datapoint[];
  breaching: readonly Datapoint[];
  missing: number;
  verdict: AlarmState;
  treatment: string;
  state: AlarmState;
}

/** Source of the texts: recorded answers. */
function reasonOf(facts: Facts): string {
  const { rules, needed, real, breaching, missing, verdict, treatment, state } = facts;
  const periods = rules.evaluationPeriods;
  if (verdict === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${count(missing, 'datapoint')} ${missing === 1 ? 'was' : 'were'} unknown.`;
  }
  const treated =
    missing > 0 && treatment !== 'missing' && treatment !== 'ignore'
      ? ` and ${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'} treated as [${treatment === 'breaching' ? 'Breaching' : 'NonBreaching'}].`
      : '.';
  if (real.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(periods, 'period')}${treated}`;
  }
  const { words } = COMPARISONS[rules.comparison]!;
  const shown =
    verdict === 'ALARM' && breaching.length > 0 ? breaching : real.filter((one) => !breaching.includes(one));
  const list = shown.map(({ value, atMs }) => `${javaDouble(value)} (${shortDate(atMs)})`).join(', ');
  const not = verdict === 'ALARM' ? '' : 'not ';
  const verb = shown.length === 1 ? 'was' : 'were';
  const against = `${verb} ${not}${words} the threshold (${javaDouble(rules.threshold)})`;
  if (rules.datapointsToAlarm === undefined) {
    const head = `Threshold Crossed: ${count(shown.length, 'datapoint')} [${list}] ${against}`;
    return treated === '.' ? `${head}.` : `${head}${treated}`;
  }
  const toAlarm = verdict === 'ALARM';
  const minimum = toAlarm ? needed : periods - needed + 1;
  const move = toAlarm
    ? `${state === 'ALARM' ? 'OK' : state} -> ALARM`
    : `${state === 'OK' ? 'ALARM' : state} -> OK`;
  return `Threshold Crossed: ${shown.length} out of the last ${count(periods, 'datapoint')} [${list}] ${against} (minimum ${count(minimum, 'datapoint')} for ${move} transition).`;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

/** A number as Java's Double.toString writes it: 2.0, 1.0E10. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `26/10/23 16:42:00` */
function shortDate(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** Alarms as they are kept, and their states. */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { decimal } from '../../../../core/json.ts';
import type { Dimension } from '../metrics/metric.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What both types of alarms have. */
interface CommonSettings {
  name: string;
  description?: string;
  actionsEnabled: boolean;
  okActions: readonly string[];
  alarmActions: readonly string[];
  insufficientDataActions: readonly string[];
}

export interface AlarmSettings extends CommonSettings {
  /** Of an alarm on one metric; one on metric math has `queries` instead. */
  namespace?: string;
  metricName?: string;
  dimensions?: readonly Dimension[];
  statistic?: string;
  extendedStatistic?: string;
  periodSeconds?: number;
  unit?: string;
  /** `Metrics` as they were given. */
  queries?: readonly MetricDataQuery[];
  evaluationPeriods: number;
  datapointsToAlarm?: number;
  threshold: number;
  comparison: string;
  /** As given; `missing` where it was left out. */
  treatMissingData?: string;
  evaluateLowSampleCountPercentile?: string;
}

export interface CompositeSettings extends CommonSettings {
  rule: string;
  suppressor?: {
    /** Name of the alarm whose state ALARM suppresses the actions. */
    alarmName: string;
    /** As it was given: a name or an ARN. */
    given: string;
    waitSeconds: number;
    extensionSeconds: number;
  };
}

/** An alarm's state, and since when. */
interface Current {
  arn: string;
  configuredMs: number;
  state: AlarmState;
  stateReason: string;
  /** JSON text. */
  stateReasonData?: string;
  stateUpdatedMs: number;
  stateTransitionedMs: number;
  tags: { [key: string]: string };
}

export interface MetricAlarm extends AlarmSettings, Current {
  /** Evaluated up to here. */
  evaluatedMs: number;
}

export interface CompositeAlarm extends CompositeSettings, Current {
  /** Why the actions of the last change of state wait, and until when. */
  suppressed?: Suppression;
}

export interface Suppression {
  by: 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm';
  /** The state before the change whose actions wait. */
  previous: PreviousState;
  /** End of the period; absent while the suppressor is in ALARM. */
  untilMs?: number;
}

/** A state that an alarm has left. */
export interface PreviousState {
  value: AlarmState;
  reason: string;
  reasonData?: string;
  timestampMs: number;
}

export type Alarm = MetricAlarm | CompositeAlarm;

export const isComposite = (alarm: Alarm): alarm is CompositeAlarm => 'rule' in alarm;

/** What an alarm does when it comes into its present state. */
export function actionsOf(alarm: Alarm): readonly string[] {
  if (alarm.state === 'ALARM') return alarm.alarmActions;
  return alarm.state === 'OK' ? alarm.okActions : alarm.insufficientDataActions;
}

export interface AlarmHistoryItem {
  alarmName: string;
  /** Of a composite alarm. */
  isComposite?: true;
  timestampMs: number;
  type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  summary: string;
  /** JSON text. */
  data: string;
}

const commonShape = (alarm: Alarm): object => ({
  AlarmName: alarm.name,
  AlarmArn: alarm.arn,
  AlarmDescription: alarm.description,
  AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: alarm.okActions,
  AlarmActions: alarm.alarmActions,
  InsufficientDataActions: alarm.insufficientDataActions,
  StateValue: alarm.state,
  StateReason: alarm.stateReason,
  StateReasonData: alarm.stateReasonData,
  StateUpdatedTimestamp: new Date(alarm.stateUpdatedMs),
  StateTransitionedTimestamp: new Date(alarm.stateTransitionedMs),
});

/** An entry of `MetricAlarms`. */
export const metricAlarmShape = (alarm: MetricAlarm): object => ({
  ...commonShape(alarm),
  MetricName: alarm.metricName,
  Namespace: alarm.namespace,
  Statistic: alarm.statistic,
  ExtendedStatistic: alarm.extendedStatistic,
  Dimensions: alarm.dimensions ?? [],
  Period: alarm.periodSeconds,
  Unit: alarm.unit,
  EvaluationPeriods: alarm.evaluationPeriods,
  DatapointsToAlarm: alarm.datapointsToAlarm,
  Threshold: decimal(alarm.threshold),
  ComparisonOperator: alarm.comparison,
  TreatMissingData: alarm.treatMissingData,
  EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
  Metrics: alarm.queries,
});

/** An entry of `CompositeAlarms`. */
export const compositeAlarmShape = (alarm: CompositeAlarm): object => ({
  ...commonShape(alarm),
  AlarmRule: alarm.rule,
  ActionsSuppressedBy: alarm.suppressed?.by,
  ActionsSuppressedReason: alarm.suppressed && suppressionReason(alarm.suppressed),
  ActionsSuppressor: alarm.suppressor?.given,
  ActionsSuppressorWaitPeriod: alarm.suppressor?.waitSeconds,
  ActionsSuppressorExtensionPeriod: alarm.suppressor?.extensionSeconds,
});

export const suppressionReason = ({ by }: Suppression): string => `Actions suppressed by ${by}`;

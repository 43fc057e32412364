/** A metric alarm as it is kept, and its state. */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { decimal } from '../../../../core/json.ts';
import type { Dimension } from '../metrics/metric.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmSettings {
  name: string;
  description?: string;
  actionsEnabled: boolean;
  okActions: readonly string[];
  alarmActions: readonly string[];
  insufficientDataActions: readonly string[];
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

export interface Alarm extends AlarmSettings {
  arn: string;
  configuredMs: number;
  state: AlarmState;
  stateReason: string;
  /** JSON text. */
  stateReasonData?: string;
  stateUpdatedMs: number;
  stateTransitionedMs: number;
  /** Evaluated up to here. */
  evaluatedMs: number;
  tags: { [key: string]: string };
}

export interface AlarmHistoryItem {
  alarmName: string;
  timestampMs: number;
  type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  summary: string;
  /** JSON text. */
  data: string;
}

/** An alarm as DescribeAlarms shows it. */
export const alarmShape = (alarm: Alarm): object => ({
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

import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { alarmsToPut } from '../../plan/changes.ts';
import type { Step } from '../context.ts';

/** Alarms of the release. The actions of one that exists stay as the team has set them. */
export const alarms: Step = {
  name: 'alarms',
  async run({ blueprint, plan, clients: { cloudwatch } }) {
    for (const alarm of alarmsToPut(blueprint, plan.observed)) {
      const present = plan.observed.alarms[alarm.name];
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: alarm.name,
          AlarmDescription: alarm.description,
          Namespace: alarm.namespace,
          MetricName: alarm.metric,
          Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Statistic: 'Sum',
          Period: alarm.periodSeconds,
          EvaluationPeriods: 1,
          Threshold: alarm.threshold,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
          ...(present ? present.actions : {}),
          Tags: Object.entries(blueprint.tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    }
  },
};

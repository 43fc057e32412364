/** CloudWatch alarms: the present settings of a release's own, and the state of those that it is watched by. */
import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { JsonObject } from '../../core/json.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { AlarmBlueprint } from '../release/alarms.ts';

/** Metric alarms of these names; those that do not exist are left out. */
export async function describeAlarms(
  { cloudwatch }: AwsClients,
  names: readonly string[],
): Promise<MetricAlarm[]> {
  const found: MetricAlarm[] = [];
  // DescribeAlarms takes 100 names.
  for (let from = 0; from < names.length; from += 100) {
    const AlarmNames = names.slice(from, from + 100);
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames, MaxRecords: 100 }),
    );
    found.push(...MetricAlarms);
  }
  return found;
}

/** What a release decides of an alarm; actions are the team's own. */
export function alarmSettings(alarm: MetricAlarm): JsonObject {
  return {
    description: alarm.AlarmDescription ?? '',
    namespace: alarm.Namespace ?? '',
    metric: alarm.MetricName ?? '',
    dimensions: Object.fromEntries(
      (alarm.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
    ),
    periodSeconds: alarm.Period ?? 0,
    threshold: alarm.Threshold ?? 0,
  };
}

export function plannedAlarmSettings({ name, ...settings }: AlarmBlueprint): JsonObject {
  return settings;
}

/** Named alarms that are missing or ring before anything is released, one sentence each. */
export async function alarmReasons(clients: AwsClients, names: readonly string[]): Promise<string[]> {
  const found = await describeAlarms(clients, names);
  return names.flatMap((name) => {
    const alarm = found.find(({ AlarmName }) => AlarmName === name);
    if (!alarm) return [`the alarm ${name}, which is to be watched, does not exist`];
    return alarm.StateValue === 'ALARM'
      ? [`the alarm ${name} has gone off already: ${alarm.StateReason}`]
      : [];
  });
}

/** Named alarms that ring now. */
export async function ringingAlarms(clients: AwsClients, names: readonly string[]): Promise<string[]> {
  const found = await describeAlarms(clients, names);
  return found
    .filter(({ StateValue }) => StateValue === 'ALARM')
    .map(({ AlarmName, StateReason }) => `the alarm ${AlarmName} has gone off: ${StateReason}`);
}

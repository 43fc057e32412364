/**
 * The permissions that operations of CloudWatch need: named as themselves, on the alarm they name; metrics have no
 * ARN, what is put is told by its namespace.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
import type { AuthorizedCall } from '../ports.ts';
import type { GuardedInput } from '../role-guard.ts';
import { alarmArn } from './context.ts';
import { optionalText, texts } from './parameters.ts';

export function cloudWatchCalls(
  place: { region: string; accountId: string },
  operation: string,
  { body }: GuardedInput,
): AuthorizedCall[] {
  const action = `cloudwatch:${operation}`;
  if (operation === 'PutMetricData') {
    const namespace = optionalText(body, 'Namespace');
    return [{ action, resource: '*', context: { 'cloudwatch:namespace': namespace } }];
  }
  const arn = optionalText(body, 'ResourceARN');
  if (arn !== undefined) return [{ action, resource: arn }];
  const name = optionalText(body, 'AlarmName');
  const names =
    operation.endsWith('MetricAlarm') || operation === 'SetAlarmState' || operation === 'DescribeAlarmHistory'
      ? [name ?? '*']
      : texts(body, 'AlarmNames');
  if (names.length > 0) return names.map((one) => ({ action, resource: alarmArn(place, one) }));
  if (operation === 'DescribeAlarms') return [{ action, resource: alarmArn(place, '*') }];
  return [{ action, resource: '*' }];
}

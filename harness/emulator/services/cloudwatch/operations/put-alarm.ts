/** What putting an alarm does whatever its type: permission, the state it begins or goes on with, and its history. */
import type { Tag } from '@aws-sdk/client-cloudwatch';
import type { AuthorizedCall } from '../../../http/permission.ts';
import { type Alarm, isComposite } from '../alarms/alarm.ts';
import { refuseReservedKeys, tagRecord } from '../alarms/tags.ts';
import { alarmArn, alarmCalls, type CloudWatchContext } from '../context.ts';

/** @throws AwsError AccessDenied for reserved tag keys */
export function putAlarmCalls(
  operation: 'PutMetricAlarm' | 'PutCompositeAlarm',
  { AlarmName, Tags }: { AlarmName?: string | undefined; Tags?: Tag[] | undefined },
  context: CloudWatchContext,
): AuthorizedCall[] {
  // AWS refuses them as a matter of permission, before it looks at anything else (recorded).
  if (!context.alarms.alarms.has(AlarmName ?? '')) refuseReservedKeys(Tags);
  return alarmCalls(operation, context, AlarmName === undefined ? undefined : [AlarmName]);
}

/** ARN, time, state and tags of an alarm with these settings; those of the alarm it takes the place of go on. */
export const currentOf = (
  { env }: CloudWatchContext,
  name: string,
  { before, tags, nowMs }: { before: Alarm | undefined; tags: Tag[] | undefined; nowMs: number },
) => ({
  arn: alarmArn(env, name),
  configuredMs: nowMs,
  state: before?.state ?? ('INSUFFICIENT_DATA' as const),
  stateReason: before?.stateReason ?? 'Unchecked: Initial alarm creation',
  ...(before?.stateReasonData === undefined ? {} : { stateReasonData: before.stateReasonData }),
  stateUpdatedMs: before?.stateUpdatedMs ?? nowMs,
  stateTransitionedMs: before?.stateTransitionedMs ?? nowMs,
  // Tags of an alarm that is there already are changed by TagResource alone.
  tags: before?.tags ?? tagRecord(tags),
});

/** Stores the alarm, and in its history that it was created or updated. */
export function storeAlarm({ alarms }: CloudWatchContext, alarm: Alarm, isUpdate: boolean): void {
  alarms.alarms.set(alarm.name, alarm);
  alarms.remember({
    alarmName: alarm.name,
    ...(isComposite(alarm) ? { isComposite: true } : {}),
    timestampMs: alarm.configuredMs,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" ${isUpdate ? 'updated' : 'created'}`,
    data: JSON.stringify({ version: '1.0', type: isUpdate ? 'Update' : 'Create' }),
  });
}

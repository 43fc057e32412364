import type { JsonObject } from '../../../core/json.ts';
import type { Alarm } from './alarms/alarm.ts';
import { alarmArn, type CloudWatchContext } from './context.ts';
import { noSuchResource } from './errors.ts';
import { objects, requiredText } from './parameters.ts';

/** `Tags`, a list of keys and values. */
export const tagsOf = (input: JsonObject): { [key: string]: string } =>
  Object.fromEntries(
    objects(input, 'Tags').map((tag) => [requiredText(tag, 'Key'), String(tag['Value'] ?? '')]),
  );

/** The alarm that `ResourceARN` names. @throws AwsError ResourceNotFoundException */
export function taggedAlarm({ env, alarms }: CloudWatchContext, input: JsonObject): Alarm {
  const arn = requiredText(input, 'ResourceARN', 'ResourceARN', 1024);
  const alarm = [...alarms.alarms.values()].find(({ name }) => alarmArn(env, name) === arn);
  if (!alarm) throw noSuchResource(`Unknown`);
  return alarm;
}

import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Alarm } from './alarms/alarm.ts';
import { alarmArn, type CloudWatchContext } from './context.ts';
import { noSuchResource, validationError } from './errors.ts';
import { objects, requiredText } from './parameters.ts';

/** `Tags`, a list of keys and values. */
export const tagsOf = (input: JsonObject): { [key: string]: string } =>
  Object.fromEntries(
    objects(input, 'Tags').map((tag) => [requiredText(tag, 'Key'), String(tag['Value'] ?? '')]),
  );

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** No error tells more violations. */
const MAX_TOLD = 10;

/**
 * What AWS asks of the tags of an alarm, of its value before its key, and of `DatapointsToAlarm`, in one error. An
 * alarm that is there already keeps its tags, so that only what is no tag at all is refused then.
 * @throws AwsError ValidationError, AccessDenied
 */
export function checkTags(input: JsonObject, isUpdate: boolean): void {
  const tags = objects(input, 'Tags');
  const keys = tags.map((tag) => tag['Key']).filter((key) => typeof key === 'string');
  if (!isUpdate && keys.some((key) => /^aws:/i.test(key))) {
    throw new AwsError('AccessDenied', 'The provided tag keys must not start with any case of "aws:"', 403);
  }
  const points = Number(input['DatapointsToAlarm'] ?? 1);
  const violations = [
    ...tags.flatMap((tag, i) => [
      ...violation(tag['Value'], `tags.${i + 1}.member.value`, { min: 0, max: MAX_VALUE }),
      ...violation(tag['Key'], `tags.${i + 1}.member.key`, { min: 1, max: MAX_KEY }),
    ]),
    ...(points < 1
      ? [
          `Value '${points}' at 'datapointsToAlarm' failed to satisfy constraint: Member must have value greater than or equal to 1`,
        ]
      : []),
  ].slice(0, MAX_TOLD);
  if (violations.length > 0) {
    const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
    throw validationError(`${count} detected: ${violations.join('; ')}`);
  }
  if (!isUpdate && new Set(keys).size > MAX_TAGS) {
    throw validationError(`The resultant tag set must not have more than ${MAX_TAGS} user tags.`);
  }
}

function violation(value: unknown, member: string, bounds: { min: number; max: number }): string[] {
  const told = (constraint: string) => [
    `Value ${value === undefined || value === null ? 'null' : `'${String(value)}'`} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  ];
  if (value === undefined || value === null) return told('not be null');
  const { length } = String(value);
  if (length > bounds.max) return told(`have length less than or equal to ${bounds.max}`);
  return length < bounds.min ? told(`have length greater than or equal to ${bounds.min}`) : [];
}

/** The alarm that `ResourceARN` names. @throws AwsError ResourceNotFoundException */
export function taggedAlarm({ env, alarms }: CloudWatchContext, input: JsonObject): Alarm {
  const arn = requiredText(input, 'ResourceARN', 'ResourceARN', 1024);
  const alarm = [...alarms.alarms.values()].find(({ name }) => alarmArn(env, name) === arn);
  if (!alarm) throw noSuchResource(`Unknown`);
  return alarm;
}

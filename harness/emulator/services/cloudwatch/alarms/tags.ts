/** What AWS asks of the tags of a new alarm. Source: recorded answers of PutMetricAlarm. */
import type { Tag } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../../core/errors.ts';
import { validationError } from '../errors.ts';

const MAX_TAGS = 50;

export const tagRecord = (tags: readonly Tag[] = []): { [key: string]: string } =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

/** @throws AwsError AccessDenied */
export function refuseReservedKeys(tags: readonly Tag[] = []): void {
  if (!tags.some(({ Key }) => Key !== undefined && /^aws:/i.test(Key))) return;
  throw new AwsError('AccessDenied', 'The provided tag keys must not start with any case of "aws:"', 403);
}

/** @throws AwsError ValidationError */
export function checkNewTags(tags: readonly Tag[] = []): void {
  if (new Set(tags.map(({ Key }) => Key)).size <= MAX_TAGS) return;
  throw validationError(`The resultant tag set must not have more than ${MAX_TAGS} user tags.`);
}

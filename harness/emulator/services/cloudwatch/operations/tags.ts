import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { defineOperation } from '../../../http/operation.ts';
import type { Alarm } from '../alarms/alarm.ts';
import { tagRecord } from '../alarms/tags.ts';
import { type CloudWatchContext, cloudWatchCall } from '../context.ts';
import { noSuchResource } from '../errors.ts';

/** The alarm that an ARN names. @throws AwsError ResourceNotFoundException */
function taggedAlarm({ alarms }: CloudWatchContext, arn: string): Alarm {
  const alarm = [...alarms.alarms.values()].find((one) => one.arn === arn);
  if (!alarm) throw noSuchResource('Unknown');
  return alarm;
}

export const tagResource = defineOperation<CloudWatchContext, TagResourceCommandInput>({
  name: 'TagResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('TagResource', ResourceARN)],
  handle(context, { ResourceARN, Tags }) {
    Object.assign(taggedAlarm(context, ResourceARN).tags, tagRecord(Tags));
    context.alarms.save();
    return {};
  },
});

export const untagResource = defineOperation<CloudWatchContext, UntagResourceCommandInput>({
  name: 'UntagResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('UntagResource', ResourceARN)],
  handle(context, { ResourceARN, TagKeys }) {
    const { tags } = taggedAlarm(context, ResourceARN);
    for (const key of TagKeys) delete tags[key];
    context.alarms.save();
    return {};
  },
});

export const listTagsForResource = defineOperation<CloudWatchContext, ListTagsForResourceCommandInput>({
  name: 'ListTagsForResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('ListTagsForResource', ResourceARN)],
  handle: (context, { ResourceARN }) => ({
    Tags: Object.entries(taggedAlarm(context, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});

import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { defineOperation } from '../../../http/operation.ts';
import { tagRecord } from '../alarms/tags.ts';
import { type CloudWatchContext, cloudWatchCall, dashboardArn } from '../context.ts';
import { noSuchResource } from '../errors.ts';

type Tags = { [key: string]: string };

/** The tags of the alarm or dashboard that an ARN names. */
function tagsOf({ env, alarms }: CloudWatchContext, arn: string): Tags | undefined {
  for (const alarm of alarms.alarms.values()) if (alarm.arn === arn) return alarm.tags;
  for (const { name, tags } of alarms.dashboards.values()) if (dashboardArn(env, name) === arn) return tags;
  return undefined;
}

/** @throws AwsError ResourceNotFoundException */
function existingTags(context: CloudWatchContext, arn: string): Tags {
  const tags = tagsOf(context, arn);
  if (!tags) throw noSuchResource('Unknown');
  return tags;
}

export const tagResource = defineOperation<CloudWatchContext, TagResourceCommandInput>({
  name: 'TagResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('TagResource', ResourceARN)],
  handle(context, { ResourceARN, Tags }) {
    Object.assign(existingTags(context, ResourceARN), tagRecord(Tags));
    context.alarms.save();
    return {};
  },
});

export const untagResource = defineOperation<CloudWatchContext, UntagResourceCommandInput>({
  name: 'UntagResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('UntagResource', ResourceARN)],
  handle(context, { ResourceARN, TagKeys }) {
    const tags = existingTags(context, ResourceARN);
    for (const key of TagKeys) delete tags[key];
    context.alarms.save();
    return {};
  },
});

export const listTagsForResource = defineOperation<CloudWatchContext, ListTagsForResourceCommandInput>({
  name: 'ListTagsForResource',
  permission: ({ ResourceARN }) => [cloudWatchCall('ListTagsForResource', ResourceARN)],
  handle: (context, { ResourceARN }) => ({
    // An alarm that is gone has no tags. AWS's answer differs from ResourceNotFoundException (three recorded cases);
    // that it is an empty list is not recorded here.
    Tags: Object.entries(tagsOf(context, ResourceARN) ?? {}).map(([Key, Value]) => ({ Key, Value })),
  }),
});

/** Tags of whatever has an ARN, and of log groups by name in operations of an older form that tools still send. */
import type {
  ListTagsForResourceCommandInput,
  ListTagsLogGroupCommandInput,
  TagLogGroupCommandInput,
  TagResourceCommandInput,
  UntagLogGroupCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { groupCall, groupOf, logsCall, ownGroupName } from '../names.ts';
import type { LogGroup } from '../store/log-group.ts';

interface Tagged {
  tags: { [key: string]: string };
  save(): void;
}

const taggedGroup = ({ store }: LogsContext, group: LogGroup): Tagged => ({
  tags: group.settings.tags,
  save: () => store.save(group),
});

/** What `resourceArn` names. @throws AwsError ResourceNotFoundException */
function taggedResource(context: LogsContext, resourceArn: string): Tagged {
  const { env, store, account } = context;
  const other = account.tagged(resourceArn);
  if (other) return { tags: other.tags, save: () => account.save() };
  return taggedGroup(context, store.group(ownGroupName(resourceArn, env)));
}

function addTags({ tags, save }: Tagged, added: { readonly [key: string]: string }): object {
  Object.assign(tags, added);
  save();
  return {};
}

function removeTags({ tags, save }: Tagged, keys: readonly string[]): object {
  for (const key of keys) delete tags[key];
  save();
  return {};
}

export const tagResource = defineOperation<LogsContext, TagResourceCommandInput>({
  name: 'TagResource',
  permission: ({ resourceArn }) => [logsCall('TagResource', resourceArn)],
  handle: (context, { resourceArn, tags }) => addTags(taggedResource(context, resourceArn), tags),
});

export const untagResource = defineOperation<LogsContext, UntagResourceCommandInput>({
  name: 'UntagResource',
  permission: ({ resourceArn }) => [logsCall('UntagResource', resourceArn)],
  handle: (context, { resourceArn, tagKeys }) => removeTags(taggedResource(context, resourceArn), tagKeys),
});

export const listTagsForResource = defineOperation<LogsContext, ListTagsForResourceCommandInput>({
  name: 'ListTagsForResource',
  permission: ({ resourceArn }) => [logsCall('ListTagsForResource', resourceArn)],
  handle: (context, { resourceArn }) => ({ tags: taggedResource(context, resourceArn).tags }),
});

export const tagLogGroup = defineOperation<LogsContext, TagLogGroupCommandInput>({
  name: 'TagLogGroup',
  permission: ({ logGroupName }, { env }) => [groupCall('TagLogGroup', env, logGroupName)],
  handle: (context, { logGroupName, tags }) =>
    addTags(taggedGroup(context, groupOf(context, { logGroupName })), tags),
});

export const untagLogGroup = defineOperation<LogsContext, UntagLogGroupCommandInput>({
  name: 'UntagLogGroup',
  permission: ({ logGroupName }, { env }) => [groupCall('UntagLogGroup', env, logGroupName)],
  handle: (context, { logGroupName, tags }) =>
    removeTags(taggedGroup(context, groupOf(context, { logGroupName })), tags),
});

export const listTagsLogGroup = defineOperation<LogsContext, ListTagsLogGroupCommandInput>({
  name: 'ListTagsLogGroup',
  permission: ({ logGroupName }, { env }) => [groupCall('ListTagsLogGroup', env, logGroupName)],
  handle: (context, { logGroupName }) => ({ tags: groupOf(context, { logGroupName }).settings.tags }),
});

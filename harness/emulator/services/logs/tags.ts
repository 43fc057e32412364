import type { JsonObject } from '../../../core/json.ts';
import type { LogsContext } from './context.ts';
import { groupName, groupNameOfArn, requiredText, tagMap } from './parameters.ts';
import type { LogGroup } from './store/log-group.ts';

/** The group that `resourceArn` names, or `logGroupName` in the older operations. */
export function taggedGroup({ store }: LogsContext, input: JsonObject): LogGroup {
  if (input['logGroupName'] !== undefined) return store.group(groupName(input));
  const arn = requiredText(input, 'resourceArn');
  return store.group(groupNameOfArn(arn) ?? arn);
}

/** Adds or replaces `tags`. */
export function addTags(context: LogsContext, input: JsonObject): object {
  const group = taggedGroup(context, input);
  Object.assign(group.settings.tags, tagMap(input));
  context.store.save(group);
  return {};
}

/** Removes the tags that `member` (`tagKeys`, or `tags` of the older operation) lists. */
export function removeTags(context: LogsContext, input: JsonObject, member: 'tagKeys' | 'tags'): object {
  const group = taggedGroup(context, input);
  const keys = input[member];
  if (Array.isArray(keys)) for (const key of keys) delete group.settings.tags[String(key)];
  context.store.save(group);
  return {};
}

import type { JsonObject } from '../../../core/json.ts';
import type { LogsContext } from './context.ts';
import { groupName, ownGroupName, requiredText, tagMap } from './parameters.ts';

type Tags = { [key: string]: string };

/** The tags of what `resourceArn` names, or of the group that `logGroupName` names in the older operations. */
export function tagsOf(context: LogsContext, input: JsonObject): Tags {
  return tagged(context, input).tags;
}

/** Adds or replaces `tags`. */
export function addTags(context: LogsContext, input: JsonObject): object {
  const { tags, save } = tagged(context, input);
  Object.assign(tags, tagMap(input));
  save();
  return {};
}

/** Removes the tags that `member` (`tagKeys`, or `tags` of the older operation) lists. */
export function removeTags(context: LogsContext, input: JsonObject, member: 'tagKeys' | 'tags'): object {
  const { tags, save } = tagged(context, input);
  const keys = input[member];
  if (Array.isArray(keys)) for (const key of keys) delete tags[String(key)];
  save();
  return {};
}

function tagged({ env, store, account }: LogsContext, input: JsonObject): { tags: Tags; save(): void } {
  const ofGroup = (name: string) => {
    const group = store.group(name);
    return { tags: group.settings.tags, save: () => store.save(group) };
  };
  if (input['logGroupName'] !== undefined) return ofGroup(groupName(input));
  const arn = requiredText(input, 'resourceArn');
  const other = account.tagged(arn);
  return other ? { tags: other.tags, save: () => account.save() } : ofGroup(ownGroupName(arn, env));
}

import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { tagsOf } from '../tags.ts';

/** Older name of ListTagsForResource. */
export const listTagsLogGroup = defineJsonOperation<LogsContext>({
  name: 'ListTagsLogGroup',
  handle: (context, input) => ({ tags: tagsOf(context, input) }),
});

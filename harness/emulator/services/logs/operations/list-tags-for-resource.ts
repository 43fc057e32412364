import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { tagsOf } from '../tags.ts';

export const listTagsForResource = defineJsonOperation<LogsContext>({
  name: 'ListTagsForResource',
  handle: (context, input) => ({ tags: tagsOf(context, input) }),
});

import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { taggedGroup } from '../tags.ts';

export const listTagsForResource = defineJsonOperation<LogsContext>({
  name: 'ListTagsForResource',
  handle: (context, input) => ({ tags: taggedGroup(context, input).settings.tags }),
});

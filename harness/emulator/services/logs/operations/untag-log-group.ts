import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { removeTags } from '../tags.ts';

/** Older name of UntagResource. */
export const untagLogGroup = defineJsonOperation<LogsContext>({
  name: 'UntagLogGroup',
  handle: (context, input) => removeTags(context, input, 'tags'),
});

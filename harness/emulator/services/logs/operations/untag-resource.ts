import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { removeTags } from '../tags.ts';

export const untagResource = defineJsonOperation<LogsContext>({
  name: 'UntagResource',
  handle: (context, input) => removeTags(context, input, 'tagKeys'),
});

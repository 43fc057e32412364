import type { CloudWatchOperation } from '../context.ts';
import { taggedAlarm } from '../tags.ts';

export const listTagsForResource: CloudWatchOperation = {
  name: 'ListTagsForResource',
  handle: (context, input) => ({
    Tags: Object.entries(taggedAlarm(context, input).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
};

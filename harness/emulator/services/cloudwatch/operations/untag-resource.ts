import type { CloudWatchOperation } from '../context.ts';
import { texts } from '../parameters.ts';
import { taggedAlarm } from '../tags.ts';

export const untagResource: CloudWatchOperation = {
  name: 'UntagResource',
  handle(context, input) {
    const { tags } = taggedAlarm(context, input);
    for (const key of texts(input, 'TagKeys')) delete tags[key];
    context.alarms.save();
    return {};
  },
};

import type { CloudWatchOperation } from '../context.ts';
import { taggedAlarm, tagsOf } from '../tags.ts';

export const tagResource: CloudWatchOperation = {
  name: 'TagResource',
  handle(context, input) {
    Object.assign(taggedAlarm(context, input).tags, tagsOf(input));
    context.alarms.save();
    return {};
  },
};

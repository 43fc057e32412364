import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName, streamName } from '../parameters.ts';

export const createLogStream = defineJsonOperation<LogsContext>({
  name: 'CreateLogStream',
  handle({ env, store }, input) {
    store.group(groupName(input)).createStream(streamName(input), env.clock.nowMs());
    return {};
  },
});

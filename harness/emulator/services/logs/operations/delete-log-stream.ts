import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName, streamName } from '../parameters.ts';

export const deleteLogStream = defineJsonOperation<LogsContext>({
  name: 'DeleteLogStream',
  handle({ store }, input) {
    store.group(groupName(input)).deleteStream(streamName(input));
    return {};
  },
});

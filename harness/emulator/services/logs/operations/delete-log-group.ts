import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName } from '../parameters.ts';

export const deleteLogGroup = defineJsonOperation<LogsContext>({
  name: 'DeleteLogGroup',
  handle({ store }, input) {
    store.delete(groupName(input));
    return {};
  },
});

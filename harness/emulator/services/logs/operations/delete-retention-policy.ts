import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName } from '../parameters.ts';

export const deleteRetentionPolicy = defineJsonOperation<LogsContext>({
  name: 'DeleteRetentionPolicy',
  handle({ store }, input) {
    const group = store.group(groupName(input));
    delete group.settings.retentionInDays;
    store.save(group);
    return {};
  },
});

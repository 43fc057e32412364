import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchFilter } from '../errors.ts';
import { groupName, requiredText } from '../parameters.ts';

export const deleteSubscriptionFilter = defineJsonOperation<LogsContext>({
  name: 'DeleteSubscriptionFilter',
  handle({ store }, input) {
    const filterName = requiredText(input, 'filterName');
    const group = store.group(groupName(input));
    const filters = group.settings.subscriptionFilters ?? [];
    if (!filters.some((one) => one.filterName === filterName)) throw noSuchFilter('subscription');
    group.settings.subscriptionFilters = filters.filter((one) => one.filterName !== filterName);
    store.save(group);
    return {};
  },
});

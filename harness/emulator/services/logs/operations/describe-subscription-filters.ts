import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName, optionalText } from '../parameters.ts';

/** A group has two at most: there is one page. */
export const describeSubscriptionFilters = defineJsonOperation<LogsContext>({
  name: 'DescribeSubscriptionFilters',
  handle({ store }, input) {
    const { logGroupName, subscriptionFilters = [] } = store.group(groupName(input)).settings;
    const prefix = optionalText(input, 'filterNamePrefix') ?? '';
    return {
      subscriptionFilters: subscriptionFilters
        .filter(({ filterName }) => filterName.startsWith(prefix))
        .map((filter) => ({ ...filter, logGroupName, applyOnTransformedLogs: false })),
    };
  },
});

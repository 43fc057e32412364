import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchFilter } from '../errors.ts';
import { boundedText, groupName, requiredText } from '../parameters.ts';

export const deleteMetricFilter = defineJsonOperation<LogsContext>({
  name: 'DeleteMetricFilter',
  handle({ store }, input) {
    boundedText(input, 'filterName', 512);
    const filterName = requiredText(input, 'filterName');
    const group = store.group(groupName(input));
    const filters = group.settings.metricFilters ?? [];
    if (!filters.some((one) => one.filterName === filterName)) throw noSuchFilter('metric');
    group.settings.metricFilters = filters.filter((one) => one.filterName !== filterName);
    store.save(group);
    return {};
  },
});

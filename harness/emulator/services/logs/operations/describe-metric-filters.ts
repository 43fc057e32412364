import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { boundedText, groupName, optionalInteger, optionalText } from '../parameters.ts';

const PAGE_FILTERS = 50;

export const describeMetricFilters = defineJsonOperation<LogsContext>({
  name: 'DescribeMetricFilters',
  handle({ store }, input) {
    const namePrefix = boundedText(input, 'filterNamePrefix', 512) ?? '';
    const metricName = boundedText(input, 'metricName', 255);
    const metricNamespace = boundedText(input, 'metricNamespace', 255);
    if ((metricName === undefined) !== (metricNamespace === undefined)) {
      throw invalidParameter(
        'Describe Metric Filters request must contain both MetricName and MetricNamespace',
      );
    }
    if (metricName !== undefined && input['logGroupName'] !== undefined) {
      throw invalidParameter(
        'Describe Metric Filters request must contain either logGroupName or metricName and metricNamespace',
      );
    }
    // AWS heeds the prefix only where a group is named.
    const prefix = input['logGroupName'] === undefined ? '' : namePrefix;
    const groups =
      input['logGroupName'] === undefined ? [...store.groups.values()] : [store.group(groupName(input))];
    const limit = optionalInteger(input, 'limit', { min: 1, max: PAGE_FILTERS }) ?? PAGE_FILTERS;
    const token = optionalText(input, 'nextToken');
    const after = token === undefined ? '' : nameOfToken(token);
    const found = groups
      .flatMap(({ settings }) =>
        (settings.metricFilters ?? []).map((filter) => ({
          ...filter,
          logGroupName: settings.logGroupName,
          applyOnTransformedLogs: false,
        })),
      )
      .filter(({ filterName }) => filterName.startsWith(prefix))
      .filter(({ metricTransformations }) =>
        metricTransformations.some(
          (one) =>
            (metricName === undefined || one.metricName === metricName) &&
            (metricNamespace === undefined || one.metricNamespace === metricNamespace),
        ),
      )
      .map((filter) => ({ filter, key: `${filter.filterName}\n${filter.logGroupName}` }))
      .filter(({ key }) => key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = found.slice(0, limit);
    return {
      metricFilters: page.map(({ filter }) => filter),
      nextToken: found.length > page.length ? nameToken(page.at(-1)!.key) : undefined,
    };
  },
});

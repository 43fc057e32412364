import type {
  DeleteMetricFilterCommandInput,
  DescribeMetricFiltersCommandInput,
  PutMetricFilterCommandInput,
  TestMetricFilterCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { fieldOf } from '../deliver.ts';
import { invalidParameter, limitExceeded, noSuchFilter } from '../errors.ts';
import { extractedValues, parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { groupCall, groupOf, logsCall } from '../names.ts';
import { logsPage } from '../pages.ts';
import type { MetricTransformation } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
const MAX_FILTERS = 100;

export const putMetricFilter = defineOperation<LogsContext, PutMetricFilterCommandInput>({
  name: 'PutMetricFilter',
  permission: ({ logGroupName }, { env }) => [groupCall('PutMetricFilter', env, logGroupName)],
  handle(context, { logGroupName, filterName, filterPattern, metricTransformations }) {
    parseFilterPattern(filterPattern);
    const group = groupOf(context, { logGroupName });
    const others = (group.settings.metricFilters ?? []).filter((one) => one.filterName !== filterName);
    if (others.length >= MAX_FILTERS) throw limitExceeded();
    const filter = {
      filterName,
      filterPattern,
      creationTime: context.env.clock.nowMs(),
      metricTransformations: metricTransformations as MetricTransformation[],
    };
    group.settings.metricFilters = [...others, filter];
    context.store.save(group);
    return {};
  },
});

export const deleteMetricFilter = defineOperation<LogsContext, DeleteMetricFilterCommandInput>({
  name: 'DeleteMetricFilter',
  permission: ({ logGroupName }, { env }) => [groupCall('DeleteMetricFilter', env, logGroupName)],
  handle(context, { logGroupName, filterName }) {
    const group = groupOf(context, { logGroupName });
    const filters = group.settings.metricFilters ?? [];
    if (!filters.some((one) => one.filterName === filterName)) throw noSuchFilter('metric');
    group.settings.metricFilters = filters.filter((one) => one.filterName !== filterName);
    context.store.save(group);
    return {};
  },
});

export const describeMetricFilters = defineOperation<LogsContext, DescribeMetricFiltersCommandInput>({
  name: 'DescribeMetricFilters',
  permission: ({ logGroupName }, { env }) => [groupCall('DescribeMetricFilters', env, logGroupName)],
  handle(context, input) {
    const { logGroupName, metricName, metricNamespace } = input;
    if ((metricName === undefined) !== (metricNamespace === undefined)) {
      throw invalidParameter(
        'Describe Metric Filters request must contain both MetricName and MetricNamespace',
      );
    }
    if (metricName !== undefined && logGroupName !== undefined) {
      throw invalidParameter(
        'Describe Metric Filters request must contain either logGroupName or metricName and metricNamespace',
      );
    }
    // AWS heeds the prefix only where a group is named.
    const prefix = logGroupName === undefined ? '' : (input.filterNamePrefix ?? '');
    const groups =
      logGroupName === undefined ? [...context.store.groups.values()] : [groupOf(context, { logGroupName })];
    const keyOf = (filter: { filterName: string; logGroupName: string }) =>
      `${filter.filterName}\n${filter.logGroupName}`;
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
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const page = logsPage(found, input, {
      list: `DescribeMetricFilters ${logGroupName} ${prefix} ${metricName} ${metricNamespace}`,
      size: input.limit,
      keyOf,
    });
    return { metricFilters: page.entries, nextToken: page.nextToken };
  },
});

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html */
export const testMetricFilter = defineOperation<LogsContext, TestMetricFilterCommandInput>({
  name: 'TestMetricFilter',
  permission: () => [logsCall('TestMetricFilter')],
  handle(_context, { filterPattern, logEventMessages }) {
    const matches = parseFilterPattern(filterPattern);
    return {
      matches: logEventMessages.flatMap((eventMessage, eventNumber) =>
        matches(eventMessage)
          ? [
              {
                eventNumber,
                eventMessage,
                extractedValues: extractedValues(filterPattern, eventMessage, fieldOf),
              },
            ]
          : [],
      ),
    };
  },
});

import type { CloudWatchOperation } from '../context.ts';
import { metricShape } from '../metrics/metric.ts';
import { pageOf } from '../page-token.ts';
import { objects, optionalEnum, optionalText, requiredText } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PAGE_METRICS = 500;
const LISTED_MS = 14 * 86_400_000;
const RECENT_MS = 3 * 3_600_000;

export const listMetrics: CloudWatchOperation = {
  name: 'ListMetrics',
  handle({ env, metrics }, input) {
    const namespace = optionalText(input, 'Namespace');
    const name = optionalText(input, 'MetricName');
    const recent = optionalEnum(input, 'RecentlyActive', ['PT3H']) !== undefined;
    const filters = objects(input, 'Dimensions').map((one, i) => ({
      name: requiredText(one, 'Name', `Dimensions.member.${i + 1}.Name`),
      value: optionalText(one, 'Value'),
    }));
    const sinceMs = env.clock.nowMs() - (recent ? RECENT_MS : LISTED_MS);
    const found = metrics.series
      .filter(({ metric, lastMs }) => {
        if (namespace !== undefined && metric.namespace !== namespace) return false;
        if (name !== undefined && metric.name !== name) return false;
        const has = (filter: (typeof filters)[number]) =>
          metric.dimensions.some(
            ({ Name, Value }) =>
              Name === filter.name && (filter.value === undefined || Value === filter.value),
          );
        return lastMs >= sinceMs && filters.every(has);
      })
      .map(({ metric }) => metricShape(metric));
    const { page, NextToken } = pageOf(found, PAGE_METRICS, optionalText(input, 'NextToken'));
    return { Metrics: page, NextToken };
  },
};

/** Operations that read metrics. */
import type {
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { decimal } from '../../../../core/json.ts';
import { defineOperation } from '../../../http/operation.ts';
import { openToken, pageOf, sealToken } from '../../../http/pages.ts';
import { type CloudWatchContext, cloudWatchCall } from '../context.ts';
import { invalidCombination, invalidNextToken, invalidValue, validationError } from '../errors.ts';
import type { Bucket } from '../metrics/bucket.ts';
import { metricOf, metricShape } from '../metrics/metric.ts';
import { parseQueries, runQueries } from '../metrics/metric-query.ts';
import { checkPeriod } from '../metrics/period.ts';
import { alignedStart } from '../metrics/series.ts';
import { BASIC_STATISTICS, statisticOf } from '../metrics/statistics.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_DATA_POINTS = 100_800;

export const getMetricData = defineOperation<CloudWatchContext, GetMetricDataCommandInput>({
  name: 'GetMetricData',
  permission: () => [cloudWatchCall('GetMetricData')],
  handle({ metrics }, input) {
    const queries = parseQueries(input.MetricDataQueries, 'MetricDataQueries');
    const startMs = input.StartTime.getTime();
    const endMs = input.EndTime.getTime();
    if (startMs === endMs) {
      throw validationError('The parameter StartTime must not equal parameter EndTime.');
    }
    if (startMs > endMs) throw validationError('The parameter EndTime must be greater than StartTime.');
    const { MaxDatapoints: limit = MAX_DATA_POINTS, ScanBy, NextToken } = input;
    const list = `GetMetricData ${startMs} ${endMs} ${ScanBy} ${JSON.stringify(input.MetricDataQueries)}`;
    const skipped = NextToken === undefined ? 0 : Number(openToken(list, NextToken, invalidNextToken));
    const results = runQueries(metrics, queries, { startMs, endMs });
    const total = results.reduce((sum, { points }) => sum + points.length, 0);
    if (skipped > total) throw invalidNextToken();
    let before = 0;
    const page = results.flatMap(({ id, label, points, messages }) => {
      const ordered = ScanBy === 'TimestampAscending' ? points : [...points].reverse();
      const from = Math.max(skipped - before, 0);
      const to = Math.min(skipped + limit - before, ordered.length);
      const isLater = skipped > 0 && from >= ordered.length;
      const isBeyond = to <= 0 && ordered.length > 0;
      before += ordered.length;
      if (isLater || isBeyond) return [];
      const shown = ordered.slice(from, to);
      return [
        {
          Id: id,
          Label: label,
          Timestamps: shown.map(([atMs]) => new Date(atMs)),
          Values: shown.map(([, value]) => decimal(value)),
          StatusCode: to < ordered.length ? 'PartialData' : 'Complete',
          Messages: messages.length > 0 ? messages : undefined,
        },
      ];
    });
    const next = skipped + limit;
    return {
      MetricDataResults: page,
      Messages: [],
      NextToken: next < total ? sealToken(list, String(next)) : undefined,
    };
  },
});

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MAX_STATISTICS_POINTS = 1440;

export const getMetricStatistics = defineOperation<CloudWatchContext, GetMetricStatisticsCommandInput>({
  name: 'GetMetricStatistics',
  permission: () => [cloudWatchCall('GetMetricStatistics')],
  handle({ metrics }, input) {
    const { Statistics: statistics = [], ExtendedStatistics: extended = [], Unit: unit } = input;
    const metric = metricOf(input);
    const startMs = input.StartTime.getTime();
    const endMs = input.EndTime.getTime();
    const periodMs = checkPeriod(input.Period) * 1000;
    if (startMs >= endMs)
      throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
    checkStatistics(statistics, extended);
    const wanted = Math.ceil((endMs - startMs) / periodMs);
    if (wanted > MAX_STATISTICS_POINTS) {
      throw invalidCombination(
        `You have requested up to ${wanted} datapoints, which exceeds the limit of ${MAX_STATISTICS_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const series = metrics.find(metric);
    const window = { startMs: alignedStart(startMs, periodMs), endMs, periodMs };
    const units = unit === undefined ? (series?.units ?? []) : [unit];
    return {
      Label: metric.name,
      Datapoints: units.flatMap((one) =>
        (series?.periods(one, window) ?? []).map(({ startMs: atMs, bucket }) => ({
          Timestamp: new Date(atMs),
          ...Object.fromEntries(statistics.map((name) => [name, decimal(statisticOf(name)!(bucket)!)])),
          ...extendedOf(extended, bucket),
          Unit: one,
        })),
      ),
    };
  },
});

function checkStatistics(statistics: readonly string[], extended: readonly string[]): void {
  if (statistics.length === 0 && extended.length === 0) {
    throw invalidCombination(
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    );
  }
  if (statistics.length > 0 && extended.length > 0) {
    throw invalidCombination(
      'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
    );
  }
  const wrong = extended.find((name) => !statisticOf(name) || BASIC_STATISTICS.includes(name));
  if (wrong !== undefined) {
    throw invalidValue(`The value ${wrong} for parameter ExtendedStatistics.member.1 is not supported.`);
  }
}

/** Percentiles that the bucket can tell; nothing where it can tell none, as of a set of statistics. */
function extendedOf(names: readonly string[], bucket: Bucket): { ExtendedStatistics?: Map<string, unknown> } {
  const found = names.flatMap((name): [string, unknown][] => {
    const value = statisticOf(name)?.(bucket);
    return value === undefined ? [] : [[name, decimal(value)]];
  });
  return found.length > 0 ? { ExtendedStatistics: new Map(found) } : {};
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PAGE_METRICS = 500;
const LISTED_MS = 14 * 86_400_000;
const RECENT_MS = 3 * 3_600_000;

/** In the order in which they were first put. */
export const listMetrics = defineOperation<CloudWatchContext, ListMetricsCommandInput>({
  name: 'ListMetrics',
  permission: () => [cloudWatchCall('ListMetrics')],
  handle({ env, metrics }, { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken }) {
    const sinceMs = env.clock.nowMs() - (RecentlyActive === undefined ? LISTED_MS : RECENT_MS);
    const found = [...metrics.series.entries()].filter(([, { metric, lastMs }]) => {
      if (Namespace !== undefined && metric.namespace !== Namespace) return false;
      if (MetricName !== undefined && metric.name !== MetricName) return false;
      const has = (filter: (typeof Dimensions)[number]) =>
        metric.dimensions.some(
          ({ Name, Value }) => Name === filter.Name && (filter.Value === undefined || Value === filter.Value),
        );
      return lastMs >= sinceMs && Dimensions.every(has);
    });
    const page = pageOf(found, {
      list: `ListMetrics ${JSON.stringify([Namespace, MetricName, Dimensions, RecentlyActive])}`,
      maxResults: PAGE_METRICS,
      nextToken: NextToken,
      keyOf: ([index]) => String(index),
      isAfter: ([index], key) => index > Number(key),
      invalidToken: invalidNextToken,
    });
    return {
      Metrics: page.entries.map(([, { metric }]) => metricShape(metric)),
      NextToken: page.nextToken,
    };
  },
});

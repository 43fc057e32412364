import type { CloudWatchOperation } from '../context.ts';
import { invalidCombination, invalidValue, missingParameter } from '../errors.ts';
import { alignedStart } from '../metrics/series.ts';
import { BASIC_STATISTICS, statisticOf } from '../metrics/statistics.ts';
import {
  checkPeriod,
  dimensionList,
  optionalInteger,
  optionalUnit,
  requiredText,
  requiredTimeMs,
  texts,
} from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MAX_DATAPOINTS = 1440;

export const getMetricStatistics: CloudWatchOperation = {
  name: 'GetMetricStatistics',
  handle({ metrics }, input) {
    const metric = {
      namespace: requiredText(input, 'Namespace'),
      name: requiredText(input, 'MetricName'),
      dimensions: dimensionList(input),
    };
    const startMs = requiredTimeMs(input, 'StartTime');
    const endMs = requiredTimeMs(input, 'EndTime');
    const period = optionalInteger(input, 'Period');
    if (period === undefined) throw missingParameter('The parameter Period is required.');
    const periodMs = checkPeriod(period) * 1000;
    if (startMs === endMs) throw invalidValue('The parameter StartTime must not equal parameter EndTime.');
    if (startMs > endMs)
      throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
    const statistics = texts(input, 'Statistics');
    const extended = texts(input, 'ExtendedStatistics');
    check(statistics, extended);
    const wanted = Math.ceil((endMs - startMs) / periodMs);
    if (wanted > MAX_DATAPOINTS) {
      throw invalidCombination(
        `You have requested up to ${wanted} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const unit = optionalUnit(input);
    const series = metrics.find(metric);
    const window = { startMs: alignedStart(startMs, periodMs), endMs, periodMs };
    const units = unit === undefined ? (series?.units ?? []) : [unit];
    return {
      Label: metric.name,
      Datapoints: units.flatMap((one) =>
        (series?.periods(one, window) ?? []).map(({ startMs: atMs, bucket }) => ({
          Timestamp: new Date(atMs),
          ...Object.fromEntries(statistics.map((name) => [name, statisticOf(name)!(bucket)])),
          ...extendedOf(extended, bucket),
          Unit: one,
        })),
      ),
    };
  },
};

function check(statistics: readonly string[], extended: readonly string[]): void {
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
  const unknown = statistics.find((name) => !BASIC_STATISTICS.includes(name));
  if (unknown !== undefined)
    throw invalidValue(`The value ${unknown} for parameter Statistics.member.1 is not supported.`);
  const wrong = extended.find((name) => !statisticOf(name) || BASIC_STATISTICS.includes(name));
  if (wrong !== undefined) {
    throw invalidValue(`The value ${wrong} for parameter ExtendedStatistics.member.1 is not supported.`);
  }
}

/** Percentiles that the bucket can tell; nothing where it can tell none, as of a set of statistics. */
function extendedOf(
  names: readonly string[],
  bucket: Parameters<NonNullable<ReturnType<typeof statisticOf>>>[0],
): { ExtendedStatistics?: Map<string, number> } {
  const found = names.flatMap((name): [string, number][] => {
    const value = statisticOf(name)?.(bucket);
    return value === undefined ? [] : [[name, value]];
  });
  return found.length > 0 ? { ExtendedStatistics: new Map(found) } : {};
}

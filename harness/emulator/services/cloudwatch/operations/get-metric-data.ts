import type { CloudWatchOperation } from '../context.ts';
import { invalidNextToken, validationError } from '../errors.ts';
import { parseQueries, runQueries } from '../metrics/metric-query.ts';
import { pageToken, parsePageToken } from '../page-token.ts';
import { optionalEnum, optionalInteger, optionalText, requiredTimeMs } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_DATAPOINTS = 100_800;

export const getMetricData: CloudWatchOperation = {
  name: 'GetMetricData',
  handle({ metrics }, input) {
    const queries = parseQueries(input, 'MetricDataQueries');
    const startMs = requiredTimeMs(input, 'StartTime');
    const endMs = requiredTimeMs(input, 'EndTime');
    if (startMs >= endMs) {
      throw validationError('The parameter StartTime must be less than the parameter EndTime.');
    }
    const ascending =
      optionalEnum(input, 'ScanBy', ['TimestampDescending', 'TimestampAscending']) === 'TimestampAscending';
    const limit = optionalInteger(input, 'MaxDatapoints', { max: MAX_DATAPOINTS }) ?? MAX_DATAPOINTS;
    const token = optionalText(input, 'NextToken');
    const skipped = token === undefined ? 0 : parsePageToken(token);
    const results = runQueries(metrics, queries, { startMs, endMs });
    const total = results.reduce((sum, { points }) => sum + points.length, 0);
    if (skipped > total) throw invalidNextToken();
    let before = 0;
    const page = results.flatMap(({ id, label, points, messages }) => {
      const ordered = ascending ? points : [...points].reverse();
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
          Values: shown.map(([, value]) => value),
          StatusCode: to < ordered.length ? 'PartialData' : 'Complete',
          Messages: messages.length > 0 ? messages : undefined,
        },
      ];
    });
    return {
      MetricDataResults: page,
      Messages: [],
      NextToken: skipped + limit < total ? pageToken(skipped + limit) : undefined,
    };
  },
};

import type { Operation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { createLogGroup } from './create-log-group.ts';
import { createLogStream } from './create-log-stream.ts';
import { deleteLogGroup } from './delete-log-group.ts';
import { deleteLogStream } from './delete-log-stream.ts';
import { deleteMetricFilter } from './delete-metric-filter.ts';
import { deleteRetentionPolicy } from './delete-retention-policy.ts';
import { deleteSubscriptionFilter } from './delete-subscription-filter.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { describeMetricFilters } from './describe-metric-filters.ts';
import { describeQueries } from './describe-queries.ts';
import { describeSubscriptionFilters } from './describe-subscription-filters.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { getLogRecord } from './get-log-record.ts';
import { getQueryResults } from './get-query-results.ts';
import { listLogGroups } from './list-log-groups.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTagsLogGroup } from './list-tags-log-group.ts';
import { putLogEvents } from './put-log-events.ts';
import { putMetricFilter } from './put-metric-filter.ts';
import { putRetentionPolicy } from './put-retention-policy.ts';
import { putSubscriptionFilter } from './put-subscription-filter.ts';
import { startLiveTail } from './start-live-tail.ts';
import { startQuery } from './start-query.ts';
import { stopQuery } from './stop-query.ts';
import { tagLogGroup } from './tag-log-group.ts';
import { tagResource } from './tag-resource.ts';
import { untagLogGroup } from './untag-log-group.ts';
import { untagResource } from './untag-resource.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<LogsContext>[] = [
  createLogGroup,
  createLogStream,
  deleteLogGroup,
  deleteLogStream,
  deleteMetricFilter,
  deleteRetentionPolicy,
  deleteSubscriptionFilter,
  describeLogGroups,
  describeLogStreams,
  describeMetricFilters,
  describeQueries,
  describeSubscriptionFilters,
  filterLogEvents,
  getLogEvents,
  getLogRecord,
  getQueryResults,
  listLogGroups,
  listTagsForResource,
  listTagsLogGroup,
  putLogEvents,
  putMetricFilter,
  putRetentionPolicy,
  putSubscriptionFilter,
  startLiveTail,
  startQuery,
  stopQuery,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
];

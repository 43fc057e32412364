import type { Operation } from '../../../http/legacy-operation.ts';
import type { LogsContext } from '../context.ts';
import { cancelExportTask } from './cancel-export-task.ts';
import { createDelivery } from './create-delivery.ts';
import { createExportTask } from './create-export-task.ts';
import { createLogGroup } from './create-log-group.ts';
import { createLogStream } from './create-log-stream.ts';
import { deleteDelivery } from './delete-delivery.ts';
import { deleteDeliveryDestination } from './delete-delivery-destination.ts';
import { deleteDeliveryDestinationPolicy } from './delete-delivery-destination-policy.ts';
import { deleteDeliverySource } from './delete-delivery-source.ts';
import { deleteDestination } from './delete-destination.ts';
import { deleteLogGroup } from './delete-log-group.ts';
import { deleteLogStream } from './delete-log-stream.ts';
import { deleteMetricFilter } from './delete-metric-filter.ts';
import { deleteQueryDefinition } from './delete-query-definition.ts';
import { deleteResourcePolicy } from './delete-resource-policy.ts';
import { deleteRetentionPolicy } from './delete-retention-policy.ts';
import { deleteSubscriptionFilter } from './delete-subscription-filter.ts';
import { describeDeliveries } from './describe-deliveries.ts';
import { describeDeliveryDestinations } from './describe-delivery-destinations.ts';
import { describeDeliverySources } from './describe-delivery-sources.ts';
import { describeDestinations } from './describe-destinations.ts';
import { describeExportTasks } from './describe-export-tasks.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { describeMetricFilters } from './describe-metric-filters.ts';
import { describeQueries } from './describe-queries.ts';
import { describeQueryDefinitions } from './describe-query-definitions.ts';
import { describeResourcePolicies } from './describe-resource-policies.ts';
import { describeSubscriptionFilters } from './describe-subscription-filters.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getDelivery } from './get-delivery.ts';
import { getDeliveryDestination } from './get-delivery-destination.ts';
import { getDeliveryDestinationPolicy } from './get-delivery-destination-policy.ts';
import { getDeliverySource } from './get-delivery-source.ts';
import { getLogEvents } from './get-log-events.ts';
import { getLogGroupFields } from './get-log-group-fields.ts';
import { getLogRecord } from './get-log-record.ts';
import { getQueryResults } from './get-query-results.ts';
import { listLogGroups } from './list-log-groups.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTagsLogGroup } from './list-tags-log-group.ts';
import { putDeliveryDestination } from './put-delivery-destination.ts';
import { putDeliveryDestinationPolicy } from './put-delivery-destination-policy.ts';
import { putDeliverySource } from './put-delivery-source.ts';
import { putDestination } from './put-destination.ts';
import { putDestinationPolicy } from './put-destination-policy.ts';
import { putLogEvents } from './put-log-events.ts';
import { putMetricFilter } from './put-metric-filter.ts';
import { putQueryDefinition } from './put-query-definition.ts';
import { putResourcePolicy } from './put-resource-policy.ts';
import { putRetentionPolicy } from './put-retention-policy.ts';
import { putSubscriptionFilter } from './put-subscription-filter.ts';
import { startLiveTail } from './start-live-tail.ts';
import { startQuery } from './start-query.ts';
import { stopQuery } from './stop-query.ts';
import { tagLogGroup } from './tag-log-group.ts';
import { tagResource } from './tag-resource.ts';
import { untagLogGroup } from './untag-log-group.ts';
import { untagResource } from './untag-resource.ts';
import { updateDeliveryConfiguration } from './update-delivery-configuration.ts';

/** Every operation served, one file each. */
export const operations: readonly Operation<LogsContext>[] = [
  cancelExportTask,
  createDelivery,
  createExportTask,
  createLogGroup,
  createLogStream,
  deleteDeliveryDestinationPolicy,
  deleteDeliveryDestination,
  deleteDeliverySource,
  deleteDelivery,
  deleteDestination,
  deleteLogGroup,
  deleteLogStream,
  deleteMetricFilter,
  deleteQueryDefinition,
  deleteResourcePolicy,
  deleteRetentionPolicy,
  deleteSubscriptionFilter,
  describeDeliveries,
  describeDeliveryDestinations,
  describeDeliverySources,
  describeDestinations,
  describeExportTasks,
  describeLogGroups,
  describeLogStreams,
  describeMetricFilters,
  describeQueries,
  describeQueryDefinitions,
  describeResourcePolicies,
  describeSubscriptionFilters,
  filterLogEvents,
  getDeliveryDestinationPolicy,
  getDeliveryDestination,
  getDeliverySource,
  getDelivery,
  getLogEvents,
  getLogGroupFields,
  getLogRecord,
  getQueryResults,
  listLogGroups,
  listTagsForResource,
  listTagsLogGroup,
  putDeliveryDestinationPolicy,
  putDeliveryDestination,
  putDeliverySource,
  putDestinationPolicy,
  putDestination,
  putLogEvents,
  putMetricFilter,
  putQueryDefinition,
  putResourcePolicy,
  putRetentionPolicy,
  putSubscriptionFilter,
  startLiveTail,
  startQuery,
  stopQuery,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
  updateDeliveryConfiguration,
];

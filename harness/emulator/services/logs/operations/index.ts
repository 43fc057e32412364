import type { Operation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import * as deliveries from './deliveries.ts';
import * as deliveryDestinations from './delivery-destinations.ts';
import * as deliverySources from './delivery-sources.ts';
import * as destinations from './destinations.ts';
import * as exportTasks from './export-tasks.ts';
import * as liveTail from './live-tail.ts';
import * as logFields from './log-fields.ts';
import * as logGroups from './log-groups.ts';
import * as logStreams from './log-streams.ts';
import * as metricFilters from './metric-filters.ts';
import * as putLogEvents from './put-log-events.ts';
import * as queries from './queries.ts';
import * as queryDefinitions from './query-definitions.ts';
import * as readLogEvents from './read-log-events.ts';
import * as resourcePolicies from './resource-policies.ts';
import * as subscriptionFilters from './subscription-filters.ts';
import * as tags from './tags.ts';

/** Every operation that this service serves. */
export const operations: readonly Operation<LogsContext>[] = [
  deliveries,
  deliveryDestinations,
  deliverySources,
  destinations,
  exportTasks,
  liveTail,
  logFields,
  logGroups,
  logStreams,
  metricFilters,
  putLogEvents,
  queries,
  queryDefinitions,
  readLogEvents,
  resourcePolicies,
  subscriptionFilters,
  tags,
].flatMap((module) => Object.values(module));

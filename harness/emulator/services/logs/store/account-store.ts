/**
 * What belongs to the account and not to one group: resource policies, destinations, deliveries and saved queries.
 * In memory and in the service's journal.
 */
import type { JsonObject } from '../../../../core/json.ts';
import type { Tables } from '../../../state/tables.ts';
import { TrackedMaps } from '../../../state/tracked-maps.ts';

interface Tagged {
  arn: string;
  tags: { [key: string]: string };
}

export interface ResourcePolicy {
  policyName?: string;
  policyDocument: string;
  lastUpdatedTime: number;
}

/** Where other accounts may send events to. */
export interface Destination extends Tagged {
  destinationName: string;
  targetArn: string;
  roleArn: string;
  accessPolicy?: string;
  creationTime: number;
}

/** A resource of another service that sends its logs. */
export interface DeliverySource extends Tagged {
  name: string;
  resourceArns: string[];
  service: string;
  logType: string;
}

export interface DeliveryDestination extends Tagged {
  name: string;
  deliveryDestinationType: string;
  deliveryDestinationConfiguration?: { destinationResourceArn: string };
  outputFormat?: string;
  policy?: string;
}

/** A pair of source and destination. */
export interface Delivery extends Tagged {
  id: string;
  deliverySourceName: string;
  deliveryDestinationArn: string;
  deliveryDestinationType: string;
  recordFields?: string[];
  fieldDelimiter?: string;
  s3DeliveryConfiguration?: JsonObject;
}

/** A query of Insights kept under a name. */
export interface QueryDefinition {
  queryDefinitionId: string;
  queryLanguage: string;
  name: string;
  queryString: string;
  logGroupNames: string[];
  lastModified: number;
}

/** Events of a group that go to a bucket. */
export interface ExportTask {
  taskId: string;
  taskName?: string;
  logGroupName: string;
  logStreamNamePrefix?: string;
  from: number;
  to: number;
  destination: string;
  destinationPrefix: string;
  status: { code: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED'; message?: string };
  executionInfo: { creationTime: number; completionTime?: number };
}

export class AccountStore {
  readonly #saved: TrackedMaps;
  readonly resourcePolicies = new Map<string, ResourcePolicy>();
  readonly destinations = new Map<string, Destination>();
  readonly deliverySources = new Map<string, DeliverySource>();
  readonly deliveryDestinations = new Map<string, DeliveryDestination>();
  readonly deliveries = new Map<string, Delivery>();
  readonly queryDefinitions = new Map<string, QueryDefinition>();
  readonly exportTasks = new Map<string, ExportTask>();

  constructor(tables: Tables) {
    const { resourcePolicies, destinations, deliverySources, deliveryDestinations, deliveries } = this;
    const { queryDefinitions, exportTasks } = this;
    this.#saved = new TrackedMaps(tables, {
      resourcePolicies,
      destinations,
      deliverySources,
      deliveryDestinations,
      deliveries,
      queryDefinitions,
      exportTasks,
    });
    for (const task of exportTasks.values()) {
      if (task.status.code !== 'PENDING' && task.status.code !== 'RUNNING') continue;
      task.status = { code: 'FAILED', message: 'The emulator was stopped in the midst of it.' };
    }
  }

  /** Whatever carries tags under an ARN of its own. */
  tagged(arn: string): Tagged | undefined {
    const { destinations, deliverySources, deliveryDestinations, deliveries } = this;
    for (const map of [destinations, deliverySources, deliveryDestinations, deliveries]) {
      for (const one of map.values()) if (one.arn === arn) return one;
    }
    return undefined;
  }

  save(): void {
    this.#saved.save();
  }
}

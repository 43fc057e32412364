/**
 * What belongs to the account and not to one group: resource policies, destinations, deliveries and saved queries.
 * In memory and in `account.json` (written by rename).
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';

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
  readonly #path: string;
  readonly resourcePolicies = new Map<string, ResourcePolicy>();
  readonly destinations = new Map<string, Destination>();
  readonly deliverySources = new Map<string, DeliverySource>();
  readonly deliveryDestinations = new Map<string, DeliveryDestination>();
  readonly deliveries = new Map<string, Delivery>();
  readonly queryDefinitions = new Map<string, QueryDefinition>();
  readonly exportTasks = new Map<string, ExportTask>();

  constructor(stateDir: string, log: (line: string) => void) {
    this.#path = join(stateDir, 'account.json');
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(saved)) throw new Error('not a JSON object');
      for (const [name, map] of this.#maps()) {
        for (const [key, value] of Object.entries(saved[name] ?? {})) map.set(key, value);
      }
      for (const task of this.exportTasks.values()) {
        if (task.status.code !== 'PENDING' && task.status.code !== 'RUNNING') continue;
        task.status = { code: 'FAILED', message: 'The emulator was stopped in the midst of it.' };
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      log(`logs: ${this.#path} is damaged and is left aside (${(error as Error).message}).`);
      renameSync(this.#path, `${this.#path}.damaged`);
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
    const text = JSON.stringify(
      Object.fromEntries(this.#maps().map(([name, map]) => [name, Object.fromEntries(map)])),
    );
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }

  #maps(): [name: string, map: Map<string, unknown>][] {
    return [
      ['resourcePolicies', this.resourcePolicies as Map<string, unknown>],
      ['destinations', this.destinations as Map<string, unknown>],
      ['deliverySources', this.deliverySources as Map<string, unknown>],
      ['deliveryDestinations', this.deliveryDestinations as Map<string, unknown>],
      ['deliveries', this.deliveries as Map<string, unknown>],
      ['queryDefinitions', this.queryDefinitions as Map<string, unknown>],
      ['exportTasks', this.exportTasks as Map<string, unknown>],
    ];
  }
}

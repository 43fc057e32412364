import type { ServiceEnvironment } from '../ports.ts';
import type { ExportObjects } from './export-tasks.ts';
import type { QueryStore } from './insights/query-store.ts';
import type { AccountStore } from './store/account-store.ts';
import type { LogEvent, LogGroup, LogStream } from './store/log-group.ts';
import type { LogStore } from './store/log-store.ts';

/** Somebody who follows logs as they come in. */
interface Follower {
  take(group: string, stream: string, events: readonly LogEvent[]): void;
  end(): void;
}

/** What an operation of this service works on. */
export interface LogsContext {
  env: ServiceEnvironment;
  store: LogStore;
  account: AccountStore;
  /** Where events are exported to; absent where there is no S3. */
  readonly objects: ExportObjects | undefined;
  queries: QueryStore;
  /** Sessions of StartLiveTail. */
  followers: Set<Follower>;
  /** Keeps events and makes metrics of those that hold some. */
  ingest(group: LogGroup, stream: LogStream, events: readonly LogEvent[]): void;
}

/** ARN of a group, without the `:*` that stands for its streams. */
export function groupArn(env: ServiceEnvironment, groupName: string): string {
  return `arn:aws:logs:${env.region}:${env.accountId}:log-group:${groupName}`;
}

/** A group as DescribeLogGroups shows it. */
export function describeGroup(env: ServiceEnvironment, group: LogGroup): object {
  const { logGroupName, creationTimeMs, retentionInDays, kmsKeyId, logGroupClass, metricFilters } =
    group.settings;
  const arn = groupArn(env, logGroupName);
  return {
    logGroupName,
    creationTime: creationTimeMs,
    retentionInDays,
    metricFilterCount: metricFilters?.length ?? 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: group.storedBytes,
    logGroupClass: logGroupClass ?? 'STANDARD',
    kmsKeyId,
    deletionProtectionEnabled: false,
  };
}

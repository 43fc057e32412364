import type { ServiceEnvironment } from '../ports.ts';
import type { ExportObjects } from './export-tasks.ts';
import type { QueryStore } from './insights/query-store.ts';
import type { AccountStore } from './store/account-store.ts';
import type { LogEvent, LogGroup, LogStream } from './store/log-group.ts';
import type { LogStore } from './store/log-store.ts';

/** A session that receives events as they come in. */
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

import type { RpcOperation } from '../../http/protocols/multi-protocol.ts';
import type { ServiceEnvironment } from '../ports.ts';
import type { AlarmStore } from './alarms/alarm-store.ts';
import type { AlarmWatch } from './alarms/alarm-watch.ts';
import type { MetricStore } from './metrics/metric-store.ts';

/** What an operation of this service works on. */
export interface CloudWatchContext {
  env: ServiceEnvironment;
  metrics: MetricStore;
  alarms: AlarmStore;
  watch: AlarmWatch;
}

export type CloudWatchOperation = RpcOperation<CloudWatchContext>;

export const alarmArn = (
  { region, accountId }: { region: string; accountId: string },
  name: string,
): string => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

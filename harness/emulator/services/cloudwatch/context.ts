import type { AuthorizedCall } from '../../http/permission.ts';
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

export const alarmArn = (
  { region, accountId }: { region: string; accountId: string },
  name: string,
): string => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

/** Dashboards belong to the account, not to a region. */
export const dashboardArn = ({ accountId }: { accountId: string }, name = '*'): string =>
  `arn:aws:cloudwatch::${accountId}:dashboard/${name}`;

/**
 * The permission of an operation; metrics have no ARN.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export const cloudWatchCall = (operation: string, resource = '*'): AuthorizedCall => ({
  action: `cloudwatch:${operation}`,
  resource,
});

/** The permissions of an operation on alarms; on all alarms where it names none. */
export const alarmCalls = (
  operation: string,
  { env }: CloudWatchContext,
  names: readonly string[] | undefined,
): AuthorizedCall[] =>
  (names === undefined || names.length === 0 ? ['*'] : names).map((name) =>
    cloudWatchCall(operation, alarmArn(env, name)),
  );

import type { Operation } from '../../../http/operation.ts';
import type { CloudWatchContext } from '../context.ts';
import * as alarms from './alarms.ts';
import * as dashboards from './dashboards.ts';
import * as metrics from './metrics.ts';
import * as compositeAlarm from './put-composite-alarm.ts';
import * as metricAlarm from './put-metric-alarm.ts';
import * as metricData from './put-metric-data.ts';
import * as tags from './tags.ts';

/** Every operation that this service serves. */
export const operations: readonly Operation<CloudWatchContext>[] = [
  alarms,
  compositeAlarm,
  dashboards,
  metrics,
  metricAlarm,
  metricData,
  tags,
].flatMap((module) => Object.values(module));

import type { Operation } from '../../../http/operation.ts';
import type { CloudWatchContext } from '../context.ts';
import * as alarms from './alarms.ts';
import * as metrics from './metrics.ts';
import * as metricAlarm from './put-metric-alarm.ts';
import * as metricData from './put-metric-data.ts';
import * as tags from './tags.ts';

/** Every operation that this service serves. */
export const operations: readonly Operation<CloudWatchContext>[] = [
  alarms,
  metrics,
  metricAlarm,
  metricData,
  tags,
].flatMap((module) => Object.values(module));

/** Fields of events as Insights finds them. */
import type {
  GetLogGroupFieldsCommandInput,
  GetLogRecordCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { positionOf } from '../event-id.ts';
import { Row } from '../insights/row.ts';
import { scanGroups } from '../insights/scan-groups.ts';
import { textOf } from '../insights/values.ts';
import { groupCalls, groupOf, logsCall } from '../names.ts';

const MINUTE_MS = 60_000;
/** Around a given time, and before now. */
const AROUND_MS = 8 * MINUTE_MS;
const LATEST_MS = 15 * MINUTE_MS;
/** As many events tell well enough which fields are common. */
const MAX_EVENTS = 10_000;

/**
 * The fields found in a group's events with the percentage of events that have them.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogGroupFields.html
 */
export const getLogGroupFields = defineOperation<LogsContext, GetLogGroupFieldsCommandInput>({
  name: 'GetLogGroupFields',
  permission: (input, { env }) => groupCalls('GetLogGroupFields', env, input),
  handle(context, input) {
    const group = groupOf(context, input);
    const { time: seconds } = input;
    const nowMs = context.env.clock.nowMs();
    const range =
      seconds === undefined
        ? { startMs: nowMs - LATEST_MS, endMs: nowMs }
        : { startMs: seconds * 1000 - AROUND_MS, endMs: seconds * 1000 + AROUND_MS };
    const counts = new Map<string, number>();
    let total = 0;
    for (const event of scanGroups(context, [group], range)) {
      for (const name of new Set([...new Row(event).foundNames(), '@ptr'])) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      if (++total === MAX_EVENTS) break;
    }
    const fields = [...counts].map(([name, count]) => ({ name, percent: Math.round((100 * count) / total) }));
    fields.sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1));
    return { logGroupFields: fields };
  },
});

/** All fields of the event that a result's `@ptr` names. */
export const getLogRecord = defineOperation<LogsContext, GetLogRecordCommandInput>({
  name: 'GetLogRecord',
  // AWS defines no resource for this action.
  permission: () => [logsCall('GetLogRecord')],
  handle(context, { logRecordPointer }) {
    const { group, timestampMs } = parsePointer(logRecordPointer);
    const range = { startMs: timestampMs, endMs: timestampMs };
    for (const event of scanGroups(context, [context.store.group(group)], range)) {
      if (event.ptr !== logRecordPointer) continue;
      const row = new Row(event);
      const names = [...row.foundNames(), '@ptr'];
      return { logRecord: Object.fromEntries(names.map((name) => [name, textOf(row.get(name)) ?? ''])) };
    }
    throw invalidParameter('The specified logRecordPointer is invalid.');
  },
});

function parsePointer(pointer: string): { group: string; timestampMs: number } {
  try {
    const [group, , id] = JSON.parse(Buffer.from(pointer, 'base64').toString()) as string[];
    return { group: group!, timestampMs: positionOf(id!).timestampMs };
  } catch {
    throw invalidParameter('The specified logRecordPointer is invalid.');
  }
}

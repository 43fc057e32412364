import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { Row } from '../insights/row.ts';
import { scanGroups } from '../insights/scan-groups.ts';
import { groupNameOrIdentifier, optionalInteger } from '../parameters.ts';

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
export const getLogGroupFields = defineJsonOperation<LogsContext>({
  name: 'GetLogGroupFields',
  handle(context, input) {
    const group = context.store.group(groupNameOrIdentifier(input, context.env));
    const seconds = optionalInteger(input, 'time', { min: 0 });
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

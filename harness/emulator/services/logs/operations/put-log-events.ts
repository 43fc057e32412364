import type { PutLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { checkedName, groupCall, groupOf } from '../names.ts';
import type { LogEvent } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * HOUR_MS;

export const putLogEvents = defineOperation<LogsContext, PutLogEventsCommandInput>({
  name: 'PutLogEvents',
  permission: ({ logGroupName, logStreamName }, { env }) => [
    groupCall('PutLogEvents', env, logGroupName, logStreamName),
  ],
  handle(context, { logGroupName, logStreamName, logEvents }) {
    const group = groupOf(context, { logGroupName });
    const stream = group.stream(checkedName(logStreamName));
    const events = checkedBatch(logEvents);
    const nowMs = context.env.clock.nowMs();
    const expiredBeforeMs = group.expiredBeforeMs(nowMs);
    const expired = countWhile(events, (event) => event.timestampMs < expiredBeforeMs);
    const tooOld = countWhile(events, (event) => event.timestampMs < nowMs - OLDEST_MS);
    const fresh = countWhile(events, (event) => event.timestampMs <= nowMs + NEWEST_MS);
    context.ingest(group, stream, events.slice(Math.max(expired, tooOld), fresh));
    const rejected = {
      ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(fresh < events.length ? { tooNewLogEventStartIndex: fresh } : {}),
    };
    return {
      nextSequenceToken: String(nowMs).padStart(56, '4'),
      rejectedLogEventsInfo: Object.keys(rejected).length > 0 ? rejected : undefined,
    };
  },
});

function countWhile(events: readonly LogEvent[], holds: (event: LogEvent) => boolean): number {
  const end = events.findIndex((event) => !holds(event));
  return end < 0 ? events.length : end;
}

/** @throws AwsError InvalidParameterException */
function checkedBatch(logEvents: NonNullable<PutLogEventsCommandInput['logEvents']>): LogEvent[] {
  const events = logEvents.map(({ timestamp = 0, message = '' }) => ({ timestampMs: timestamp, message }));
  const sizeBytes = events.reduce(
    (sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES,
    0,
  );
  if (sizeBytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${sizeBytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  if (events.some((event, i) => i > 0 && event.timestampMs < events[i - 1]!.timestampMs)) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if (events.at(-1)!.timestampMs - events[0]!.timestampMs > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
  return events;
}

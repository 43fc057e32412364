import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { groupName, streamName } from '../parameters.ts';
import type { LogEvent } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * HOUR_MS;

export const putLogEvents = defineJsonOperation<LogsContext>({
  name: 'PutLogEvents',
  handle({ env, store, ingest }, input) {
    const group = store.group(groupName(input));
    const stream = group.stream(streamName(input));
    const events = parseEvents(input);
    const nowMs = env.clock.nowMs();
    const expiredBeforeMs = group.expiredBeforeMs(nowMs);
    const expired = countWhile(events, (event) => event.timestampMs < expiredBeforeMs);
    const tooOld = countWhile(events, (event) => event.timestampMs < nowMs - OLDEST_MS);
    const fresh = countWhile(events, (event) => event.timestampMs <= nowMs + NEWEST_MS);
    ingest(group, stream, events.slice(Math.max(expired, tooOld), fresh));
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

function parseEvents(input: JsonObject): LogEvent[] {
  const list = input['logEvents'];
  if (!Array.isArray(list) || list.length < 1 || list.length > MAX_BATCH_EVENTS) {
    throw invalidParameter(
      `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and ${MAX_BATCH_EVENTS}`,
    );
  }
  const events = list.map((item, i) => parseEvent(item, i + 1));
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

function parseEvent(item: unknown, position: number): LogEvent {
  const timestampMs = isJsonObject(item) ? item['timestamp'] : undefined;
  const message = isJsonObject(item) ? item['message'] : undefined;
  if (typeof timestampMs !== 'number' || typeof message !== 'string') {
    const member = typeof timestampMs === 'number' ? 'message' : 'timestamp';
    throw invalidParameter(
      `1 validation error detected: Value null at 'logEvents.${position}.member.${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (message.length === 0) {
    throw invalidParameter(
      `1 validation error detected: Value '' at 'logEvents.${position}.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  }
  return { timestampMs, message };
}

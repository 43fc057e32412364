import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { eventId, positionOf } from '../page-token.ts';
import { groupNameOrIdentifier, optionalInteger, optionalText } from '../parameters.ts';
import { mergeStreams } from '../store/merge-streams.ts';

const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;
/** Bytes of log read for one page at most; a rare pattern yields pages with few or no events, as on AWS. */
const MAX_SCAN_BYTES = 16 * 1_048_576;
const MAX_STREAM_NAMES = 100;

export const filterLogEvents = defineJsonOperation<LogsContext>({
  name: 'FilterLogEvents',
  handle({ env, store }, input) {
    const group = store.group(groupNameOrIdentifier(input, env));
    const names = streamNames(input['logStreamNames']);
    const prefix = optionalText(input, 'logStreamNamePrefix');
    if (names && prefix !== undefined) {
      throw invalidParameter(
        'Log stream names and log stream name prefix are mutually exclusive parameters.',
      );
    }
    const limit = optionalInteger(input, 'limit', { min: 1, max: MAX_PAGE_EVENTS }) ?? MAX_PAGE_EVENTS;
    const matches = parseFilterPattern(optionalText(input, 'filterPattern') ?? '');
    const token = optionalText(input, 'nextToken');
    const streams = names
      ? [...new Set(names)].map((name) => group.stream(name))
      : [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
    const merged = mergeStreams(streams, {
      startMs: Math.max(optionalInteger(input, 'startTime') ?? 0, group.expiredBeforeMs(env.clock.nowMs())),
      endMs: optionalInteger(input, 'endTime') ?? Number.POSITIVE_INFINITY,
      ...(token === undefined ? {} : { after: positionOf(token) }),
    });
    const events: object[] = [];
    let pageBytes = 0;
    let scannedBytes = 0;
    let nextToken: string | undefined;
    for (const { stream, place, previous } of merged) {
      if (events.length >= limit || pageBytes > MAX_PAGE_BYTES || scannedBytes > MAX_SCAN_BYTES) {
        nextToken = previous && eventId(previous);
        break;
      }
      const message = group.message(place);
      scannedBytes += place.sizeBytes;
      if (!matches(message)) continue;
      pageBytes += place.sizeBytes;
      events.push({
        logStreamName: stream.name,
        timestamp: place.timestampMs,
        message,
        ingestionTime: place.ingestionMs,
        eventId: eventId(place),
      });
    }
    return { events, searchedLogStreams: [], nextToken };
  },
});

function streamNames(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_STREAM_NAMES) {
    throw invalidParameter(
      `1 validation error detected: Value at 'logStreamNames' failed to satisfy constraint: Member must have length between 1 and ${MAX_STREAM_NAMES}`,
    );
  }
  return value.map(String);
}

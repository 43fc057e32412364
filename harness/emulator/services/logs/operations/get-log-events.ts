import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { eventId, positionOf } from '../page-token.ts';
import { groupNameOrIdentifier, optionalInteger, optionalText, streamName } from '../parameters.ts';
import type { EventPosition } from '../store/event-index.ts';
import type { LogGroup, LogStream } from '../store/log-group.ts';

const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;
const START: EventPosition = { timestampMs: 0, offset: 0 };

export const getLogEvents = defineJsonOperation<LogsContext>({
  name: 'GetLogEvents',
  handle({ env, store }, input) {
    const group = store.group(groupNameOrIdentifier(input, env));
    const stream = group.stream(streamName(input));
    const limit = optionalInteger(input, 'limit', { min: 1, max: MAX_PAGE_EVENTS }) ?? MAX_PAGE_EVENTS;
    const startMs = Math.max(
      optionalInteger(input, 'startTime') ?? 0,
      group.expiredBeforeMs(env.clock.nowMs()),
    );
    const low = stream.events.firstAt(startMs);
    const high = stream.events.firstAt(optionalInteger(input, 'endTime') ?? Number.POSITIVE_INFINITY);
    const token = parseToken(optionalText(input, 'nextToken'));
    const forward = token ? token.forward : input['startFromHead'] === true;
    const from = token ? stream.events.firstAfter(token.position) : low;
    const to = token ? stream.events.countBefore(token.position) : high;
    const page = forward
      ? readForward(group, stream, Math.max(from, low), high, limit)
      : readBackward(group, stream, low, Math.min(to, high), limit);
    const first = page[0]?.place ?? token?.position ?? START;
    const last = page.at(-1)?.place ?? token?.position ?? START;
    return {
      events: page.map(({ place, message }) => ({
        timestamp: place.timestampMs,
        message,
        ingestionTime: place.ingestionMs,
      })),
      nextForwardToken: `f/${eventId(last)}/s`,
      nextBackwardToken: `b/${eventId(first)}/s`,
    };
  },
});

function parseToken(token: string | undefined): { forward: boolean; position: EventPosition } | undefined {
  if (token === undefined) return undefined;
  const match = /^([fb])\/(\d+)(?:\/s)?$/.exec(token);
  if (!match) throw invalidParameter('The specified nextToken is invalid.');
  return { forward: match[1] === 'f', position: positionOf(match[2]!) };
}

function readForward(group: LogGroup, stream: LogStream, from: number, end: number, limit: number) {
  const page = [];
  let sizeBytes = 0;
  for (let i = from; i < end && page.length < limit; i++) {
    const place = stream.events.at(i);
    sizeBytes += place.sizeBytes;
    if (sizeBytes > MAX_PAGE_BYTES && page.length > 0) break;
    page.push({ place, message: group.message(place) });
  }
  return page;
}

function readBackward(group: LogGroup, stream: LogStream, low: number, end: number, limit: number) {
  let from = end;
  let sizeBytes = 0;
  while (from > low && end - from < limit) {
    sizeBytes += stream.events.at(from - 1).sizeBytes;
    if (sizeBytes > MAX_PAGE_BYTES && from < end) break;
    from--;
  }
  return readForward(group, stream, from, end, limit);
}

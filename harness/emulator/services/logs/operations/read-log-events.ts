import type { FilterLogEventsCommandInput, GetLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import { openToken, sealToken } from '../../../http/pages.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, invalidToken } from '../errors.ts';
import { eventId, positionOf } from '../event-id.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { checkedName, groupCalls, groupOf } from '../names.ts';
import type { EventPosition } from '../store/event-index.ts';
import type { LogGroup, LogStream } from '../store/log-group.ts';
import { mergeStreams } from '../store/merge-streams.ts';

const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;
/** Bytes of log read for one page at most; a rare pattern yields pages with few or no events, as on AWS. */
const MAX_SCAN_BYTES = 16 * 1_048_576;

/** Times are in milliseconds since the epoch; the later one is included. */
export const filterLogEvents = defineOperation<LogsContext, FilterLogEventsCommandInput>({
  name: 'FilterLogEvents',
  permission: (input, { env }) => groupCalls('FilterLogEvents', env, input),
  handle(context, input) {
    const group = groupOf(context, input);
    const { logStreamNames: names, logStreamNamePrefix: prefix, filterPattern = '' } = input;
    if (names && prefix !== undefined) {
      throw invalidParameter(
        'Log stream names and log stream name prefix are mutually exclusive parameters.',
      );
    }
    const { limit = MAX_PAGE_EVENTS, startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken } = input;
    const matches = parseFilterPattern(filterPattern);
    const list = `FilterLogEvents ${group.settings.logGroupName} ${names} ${prefix} ${filterPattern}`;
    const streams = names
      ? [...new Set(names)].map((name) => group.stream(name))
      : [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
    const merged = mergeStreams(streams, {
      startMs: Math.max(startTime, group.expiredBeforeMs(context.env.clock.nowMs())),
      endMs: endTime,
      ...(nextToken === undefined ? {} : { after: positionOf(openToken(list, nextToken, invalidToken)) }),
    });
    const events: object[] = [];
    let pageBytes = 0;
    let scannedBytes = 0;
    let next: string | undefined;
    for (const { stream, place, previous } of merged) {
      if (events.length >= limit || pageBytes > MAX_PAGE_BYTES || scannedBytes > MAX_SCAN_BYTES) {
        next = previous && sealToken(list, eventId(previous));
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
    return { events, searchedLogStreams: [], nextToken: next };
  },
});

const START: EventPosition = { timestampMs: 0, offset: 0 };

/** Its tokens go both ways, and clients tell the end of a log by a token that stays the same. */
export const getLogEvents = defineOperation<LogsContext, GetLogEventsCommandInput>({
  name: 'GetLogEvents',
  permission: (input, { env }) => groupCalls('GetLogEvents', env, input, input.logStreamName),
  handle(context, input) {
    const group = groupOf(context, input);
    const stream = group.stream(checkedName(input.logStreamName));
    const { limit = MAX_PAGE_EVENTS, startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
    const low = stream.events.firstAt(Math.max(startTime, group.expiredBeforeMs(context.env.clock.nowMs())));
    const high = stream.events.firstAt(endTime);
    const token = parseToken(input.nextToken);
    const forward = token ? token.forward : input.startFromHead === true;
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
  if (!match) throw invalidToken();
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

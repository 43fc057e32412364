/** The events of log groups within a stretch of time, oldest first across groups. */
import type { LogsContext } from '../context.ts';
import { eventId } from '../event-id.ts';
import type { LogGroup } from '../store/log-group.ts';
import { mergeStreams } from '../store/merge-streams.ts';
import type { QueriedEvent } from './row.ts';

/** `endMs` is inclusive. */
export function* scanGroups(
  { env }: Pick<LogsContext, 'env'>,
  groups: readonly LogGroup[],
  range: { startMs: number; endMs: number },
): Generator<QueriedEvent> {
  const heads = groups.flatMap((group) => {
    const events = scanGroup(env.accountId, group, {
      ...range,
      startMs: Math.max(range.startMs, group.expiredBeforeMs(env.clock.nowMs())),
    });
    const { value } = events.next();
    return value ? [{ events, head: value }] : [];
  });
  while (heads.length > 0) {
    let first = 0;
    for (const [i, { head }] of heads.entries()) {
      if (head.timestampMs < heads[first]!.head.timestampMs) first = i;
    }
    const source = heads[first]!;
    yield source.head;
    const { value } = source.events.next();
    if (value) source.head = value;
    else heads.splice(first, 1);
  }
}

function* scanGroup(
  accountId: string,
  group: LogGroup,
  range: { startMs: number; endMs: number },
): Generator<QueriedEvent, undefined> {
  const { logGroupName } = group.settings;
  for (const { stream, place } of mergeStreams([...group.streams.values()], range)) {
    yield {
      log: `${accountId}:${logGroupName}`,
      logStream: stream.name,
      timestampMs: place.timestampMs,
      ingestionMs: place.ingestionMs,
      message: group.message(place),
      ptr: Buffer.from(JSON.stringify([logGroupName, stream.name, eventId(place)])).toString('base64'),
    };
  }
  return undefined;
}

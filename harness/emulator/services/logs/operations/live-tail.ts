import { PassThrough } from 'node:stream';
import type { StartLiveTailCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { type Cancel, wallClock } from '../../../../core/clock.ts';
import { uuid } from '../../../../core/ids.ts';
import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded, noSuchGroup } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { groupCall, ownGroupName } from '../names.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const MAX_SESSIONS = 15;
const UPDATE_MS = 1000;
/** Beyond so many events a second AWS samples. */
const MAX_EVENTS = 500;
const MAX_REQUEST_BYTES = 64 * 1024;
/** Clients that follow logs live in wall time. */
const clock = wallClock({ unref: true });

/** The ARNs of groups to follow do not end in `:*`. */
function followedName(identifier: string, env: LogsContext['env']): string {
  if (identifier.endsWith(':*')) throw noSuchGroup();
  return ownGroupName(identifier, env);
}

/** An event stream: the request first, then once a second the events that have come in. */
export const startLiveTail = defineOperation<LogsContext, StartLiveTailCommandInput, PassThrough>({
  name: 'StartLiveTail',
  permission: ({ logGroupIdentifiers = [undefined] }, { env }) =>
    logGroupIdentifiers.map((one) => groupCall('StartLiveTail', env, one)),
  maxBodyBytes: MAX_REQUEST_BYTES,
  handle({ env, store, followers }, input, { requestId }) {
    const names = input.logGroupIdentifiers.map(
      (one) => store.group(followedName(one, env)).settings.logGroupName,
    );
    const { logStreamNames = [], logStreamNamePrefixes = [], logEventFilterPattern = '' } = input;
    if ((logStreamNames.length > 0 || logStreamNamePrefixes.length > 0) && names.length > 1) {
      throw invalidParameter('Streams can be named for one log group alone.');
    }
    const matches = parseFilterPattern(logEventFilterPattern);
    if (followers.size >= MAX_SESSIONS) throw limitExceeded();
    const body = new PassThrough();
    const send = (type: string, payload: object) =>
      body.write(eventMessage(type, 'application/json', Buffer.from(JSON.stringify(payload))));
    let waiting: object[] = [];
    let isSampled = false;
    const follower = {
      take(group: string, stream: string, events: readonly { timestampMs: number; message: string }[]) {
        if (!names.includes(group)) return;
        if (logStreamNames.length > 0 && !logStreamNames.includes(stream)) return;
        const isOfPrefix = (prefix: string) => stream.startsWith(prefix);
        if (logStreamNamePrefixes.length > 0 && !logStreamNamePrefixes.some(isOfPrefix)) return;
        const ingestionTime = env.clock.nowMs();
        for (const { timestampMs: timestamp, message } of events) {
          if (!matches(message)) continue;
          isSampled ||= waiting.length >= MAX_EVENTS;
          if (waiting.length < MAX_EVENTS) {
            waiting.push({
              logStreamName: stream,
              logGroupIdentifier: `${env.accountId}:${group}`,
              message,
              timestamp,
              ingestionTime,
            });
          }
        }
      },
      end: () => body.end(),
    };
    let cancel: Cancel = () => {};
    const update = () => {
      send('sessionUpdate', { sessionMetadata: { sampled: isSampled }, sessionResults: waiting });
      waiting = [];
      isSampled = false;
      cancel = clock.after(UPDATE_MS, update);
    };
    body.once('close', () => {
      cancel();
      followers.delete(follower);
    });
    followers.add(follower);
    send('initial-response', {});
    send('sessionStart', {
      requestId,
      sessionId: uuid(env.random),
      logGroupIdentifiers: names.map((name) => `${env.accountId}:${name}`),
      logStreamNames,
      logStreamNamePrefixes,
      logEventFilterPattern,
    });
    cancel = clock.after(UPDATE_MS, update);
    return body;
  },
  render: (body) => ({
    status: 200,
    headers: { 'content-type': 'application/vnd.amazon.eventstream' },
    body,
  }),
});

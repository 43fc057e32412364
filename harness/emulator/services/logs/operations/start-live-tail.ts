import { PassThrough } from 'node:stream';
import { type Cancel, wallClock } from '../../../../core/clock.ts';
import { uuid } from '../../../../core/ids.ts';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import { readBody } from '../../../http/read-body.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded, noSuchGroup } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { optionalText, ownGroupName, textList } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const MAX_GROUPS = 10;
const MAX_SESSIONS = 15;
const UPDATE_MS = 1000;
/** Beyond so many events a second AWS samples. */
const MAX_EVENTS = 500;
const MAX_REQUEST_BYTES = 64 * 1024;
/** Whoever follows lives in the time of the wall. */
const clock = wallClock({ unref: true });

/** The ARNs of groups to follow do not end in `:*`. */
function followedName(identifier: string, env: LogsContext['env']): string {
  if (identifier.endsWith(':*')) throw noSuchGroup();
  return ownGroupName(identifier, env);
}

/** An event stream: what was asked for, then once a second the events that have come in. */
export const startLiveTail = defineOperation<LogsContext, JsonObject, PassThrough>({
  name: 'StartLiveTail',
  async parse(request) {
    const bytes = await readBody(request.body, MAX_REQUEST_BYTES);
    const input: unknown = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : {};
    return isJsonObject(input) ? input : {};
  },
  handle({ env, store, followers }, input, request) {
    const identifiers = textList(input, 'logGroupIdentifiers');
    if (identifiers.length < 1 || identifiers.length > MAX_GROUPS) {
      throw invalidParameter(
        `1 validation error detected: Value at 'logGroupIdentifiers' failed to satisfy constraint: Member must have length between 1 and ${MAX_GROUPS}`,
      );
    }
    const names = identifiers.map((one) => store.group(followedName(one, env)).settings.logGroupName);
    const streamNames = textList(input, 'logStreamNames');
    const prefixes = textList(input, 'logStreamNamePrefixes');
    if ((streamNames.length > 0 || prefixes.length > 0) && names.length > 1) {
      throw invalidParameter('Streams can be named for one log group alone.');
    }
    const pattern = optionalText(input, 'logEventFilterPattern') ?? '';
    const matches = parseFilterPattern(pattern);
    if (followers.size >= MAX_SESSIONS) throw limitExceeded();
    const body = new PassThrough();
    const send = (type: string, payload: object) =>
      body.write(eventMessage(type, 'application/json', Buffer.from(JSON.stringify(payload))));
    let waiting: object[] = [];
    let isSampled = false;
    const follower = {
      take(group: string, stream: string, events: readonly { timestampMs: number; message: string }[]) {
        if (!names.includes(group)) return;
        if (streamNames.length > 0 && !streamNames.includes(stream)) return;
        if (prefixes.length > 0 && !prefixes.some((prefix) => stream.startsWith(prefix))) return;
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
      requestId: request.requestId,
      sessionId: uuid(env.random),
      logGroupIdentifiers: names.map((name) => `${env.accountId}:${name}`),
      logStreamNames: streamNames,
      logStreamNamePrefixes: prefixes,
      logEventFilterPattern: pattern,
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

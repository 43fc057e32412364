import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { groupArn, type LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { groupNameOrIdentifier, optionalInteger, optionalText } from '../parameters.ts';
import type { LogStream } from '../store/log-group.ts';

const PAGE_STREAMS = 50;

export const describeLogStreams = defineJsonOperation<LogsContext>({
  name: 'DescribeLogStreams',
  handle({ env, store }, input) {
    const group = store.group(groupNameOrIdentifier(input, env));
    const prefix = optionalText(input, 'logStreamNamePrefix') ?? '';
    const orderBy = optionalText(input, 'orderBy') ?? 'LogStreamName';
    if (orderBy === 'LastEventTime' && prefix !== '') {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const limit = optionalInteger(input, 'limit', { min: 1, max: PAGE_STREAMS }) ?? PAGE_STREAMS;
    const direction = input['descending'] === true ? -1 : 1;
    const order = orderBy === 'LastEventTime' ? byLastEvent : byName;
    const streams = [...group.streams.values()]
      .filter((stream) => stream.name.startsWith(prefix))
      .sort((a, b) => direction * order(a, b));
    const token = optionalText(input, 'nextToken');
    const start = token === undefined ? 0 : streams.findIndex(({ name }) => name === nameOfToken(token)) + 1;
    const page = streams.slice(start, start + limit);
    const arn = groupArn(env, group.settings.logGroupName);
    return {
      logStreams: page.map((stream) => describeStream(arn, stream)),
      nextToken: start + page.length < streams.length ? nameToken(page.at(-1)!.name) : undefined,
    };
  },
});

const byName = (a: LogStream, b: LogStream) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const byLastEvent = (a: LogStream, b: LogStream) => lastEventMs(a) - lastEventMs(b) || byName(a, b);

const lastEventMs = ({ events }: LogStream) =>
  events.length > 0 ? events.at(events.length - 1).timestampMs : 0;

function describeStream(groupArn: string, stream: LogStream): object {
  const { name, creationTimeMs, events, lastIngestionMs } = stream;
  const some = events.length > 0;
  return {
    logStreamName: name,
    creationTime: creationTimeMs,
    firstEventTimestamp: some ? events.at(0).timestampMs : undefined,
    lastEventTimestamp: some ? events.at(events.length - 1).timestampMs : undefined,
    lastIngestionTime: lastIngestionMs,
    uploadSequenceToken:
      lastIngestionMs === undefined ? undefined : '49590302938700000000000000000000000000000000000000000000',
    arn: `${groupArn}:log-stream:${name}`,
    storedBytes: 0,
  };
}

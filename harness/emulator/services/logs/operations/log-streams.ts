import type {
  CreateLogStreamCommandInput,
  DeleteLogStreamCommandInput,
  DescribeLogStreamsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { checkedName, groupArn, groupCall, groupCalls, groupOf } from '../names.ts';
import { logsPage } from '../pages.ts';
import type { LogStream } from '../store/log-group.ts';

export const createLogStream = defineOperation<LogsContext, CreateLogStreamCommandInput>({
  name: 'CreateLogStream',
  permission: ({ logGroupName, logStreamName }, { env }) => [
    groupCall('CreateLogStream', env, logGroupName, logStreamName),
  ],
  handle(context, { logGroupName, logStreamName }) {
    const group = groupOf(context, { logGroupName });
    group.createStream(checkedName(logStreamName), context.env.clock.nowMs());
    return {};
  },
});

export const deleteLogStream = defineOperation<LogsContext, DeleteLogStreamCommandInput>({
  name: 'DeleteLogStream',
  permission: ({ logGroupName, logStreamName }, { env }) => [
    groupCall('DeleteLogStream', env, logGroupName, logStreamName),
  ],
  handle(context, { logGroupName, logStreamName }) {
    groupOf(context, { logGroupName }).deleteStream(checkedName(logStreamName));
    return {};
  },
});

export const describeLogStreams = defineOperation<LogsContext, DescribeLogStreamsCommandInput>({
  name: 'DescribeLogStreams',
  permission: (input, { env }) => groupCalls('DescribeLogStreams', env, input),
  handle(context, input) {
    const group = groupOf(context, input);
    const { logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName', descending = false } = input;
    if (orderBy === 'LastEventTime' && prefix !== '') {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const direction = descending ? -1 : 1;
    const rank = (stream: LogStream): Rank => [
      orderBy === 'LastEventTime' ? lastEventMs(stream) : 0,
      stream.name,
    ];
    const streams = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => direction * compareRanks(rank(a), rank(b)));
    const { logGroupName } = group.settings;
    const page = logsPage(streams, input, {
      list: `DescribeLogStreams ${logGroupName} ${prefix} ${orderBy} ${descending}`,
      size: input.limit,
      keyOf: (stream) => JSON.stringify(rank(stream)),
      isAfter: (stream, key) => direction * compareRanks(rank(stream), JSON.parse(key) as Rank) > 0,
    });
    const arn = groupArn(context.env, logGroupName);
    return {
      logStreams: page.entries.map((stream) => describeStream(arn, stream)),
      nextToken: page.nextToken,
    };
  },
});

type Rank = [lastEventMs: number, name: string];

const compareRanks = ([aMs, a]: Rank, [bMs, b]: Rank): number => aMs - bMs || (a < b ? -1 : a > b ? 1 : 0);

const lastEventMs = ({ events }: LogStream): number =>
  events.length > 0 ? events.at(events.length - 1).timestampMs : 0;

function describeStream(groupArn: string, stream: LogStream): object {
  const { name, creationTimeMs, events, lastIngestionMs } = stream;
  const hasEvents = events.length > 0;
  return {
    logStreamName: name,
    creationTime: creationTimeMs,
    firstEventTimestamp: hasEvents ? events.at(0).timestampMs : undefined,
    lastEventTimestamp: hasEvents ? lastEventMs(stream) : undefined,
    lastIngestionTime: lastIngestionMs,
    uploadSequenceToken:
      lastIngestionMs === undefined ? undefined : '49590302938700000000000000000000000000000000000000000000',
    arn: `${groupArn}:log-stream:${name}`,
    storedBytes: 0,
  };
}

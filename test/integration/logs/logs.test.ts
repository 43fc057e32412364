import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let logs: CloudWatchLogsClient;
const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-logs-'));

async function start() {
  emulator = await startEmulator({ port: 0, stateDir });
  logs = new CloudWatchLogsClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

async function stop() {
  logs.destroy();
  await emulator.stop();
}

beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const GROUP = '/test/group';
const stream = { logGroupName: GROUP, logStreamName: 'a/1' };
const nowMs = Date.now() - 60_000;

describe('CloudWatch Logs', () => {
  it.each([
    ['another region', 'arn:aws:logs:us-west-2:000000000000:log-group:/test/group'],
    ['another account', 'arn:aws:logs:us-east-1:111111111111:log-group:/test/group'],
    ['another service', 'arn:aws:lambda:us-east-1:000000000000:log-group:/test/group'],
    ['another kind', 'arn:aws:logs:us-east-1:000000000000:delivery:/test/group'],
  ])('knows no group by the ARN of %s', async (_, logGroupIdentifier) => {
    await expect(
      logs.send(new GetLogEventsCommand({ logGroupIdentifier, logStreamName: 'a/1' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    [
      'GetLogEvents',
      (logGroupIdentifier: string) => new GetLogEventsCommand({ logGroupIdentifier, logStreamName: 's' }),
    ],
    ['FilterLogEvents', (logGroupIdentifier: string) => new FilterLogEventsCommand({ logGroupIdentifier })],
    [
      'DescribeLogStreams',
      (logGroupIdentifier: string) => new DescribeLogStreamsCommand({ logGroupIdentifier }),
    ],
  ])('%s refuses an ARN that ends in a star', async (_, command) => {
    const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/test/group:*';
    await expect(logs.send(command(arn) as GetLogEventsCommand)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `1 validation error detected: Value '${arn}' at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*`,
    });
  });

  it.each([
    [
      '[ip, user, ..., status = 4*, size]',
      ['10.0.0.1 ann "GET /a b" [1 May] 404 12', '10.0.0.1 ann "GET" [1 May] 200 12'],
      [
        {
          eventNumber: 0,
          extractedValues: {
            $ip: '10.0.0.1',
            $user: 'ann',
            $3: 'GET /a b',
            $4: '1 May',
            $status: '404',
            $size: '12',
          },
        },
      ],
    ],
    [
      '{ $.level = "ERROR" && $.user.id = * }',
      ['plain', '{"level":"ERROR","user":{"id":7}}', '{"level":"ERROR"}'],
      [{ eventNumber: 1, extractedValues: { '$.level': 'ERROR', '$.user.id': '7' } }],
    ],
    ['ERROR -Timeout', ['an ERROR', 'an ERROR: Timeout'], [{ eventNumber: 0, extractedValues: {} }]],
    ['', ['anything'], [{ eventNumber: 0, extractedValues: {} }]],
  ])('tests the metric filter %s', async (filterPattern, logEventMessages, matches) => {
    const tested = await logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages }));
    expect(tested.matches).toEqual(
      matches.map((match) => ({ ...match, eventMessage: logEventMessages[match.eventNumber] })),
    );
    await expect(
      logs.send(new TestMetricFilterCommand({ filterPattern: '{ $.a', logEventMessages })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('makes groups and streams once', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, tags: { team: 'sky' } }));
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await logs.send(new CreateLogStreamCommand(stream));
    await expect(logs.send(new CreateLogStreamCommand(stream))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await expect(
      logs.send(
        new PutLogEventsCommand({
          ...stream,
          logStreamName: 'none',
          logEvents: [{ timestamp: nowMs, message: 'x' }],
        }),
      ),
    ).rejects.toMatchObject({ message: 'The specified log stream does not exist.' });
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'a b' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('keeps events in order and pages both ways', async () => {
    const logEvents = Array.from({ length: 25 }, (_, i) => ({
      timestamp: nowMs + i,
      message: `event ${i} ü`,
    }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    const texts: string[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({ ...stream, startFromHead: true, limit: 10, nextToken }),
      );
      texts.push(...page.events!.map((event) => event.message!));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(texts).toEqual(logEvents.map((event) => event.message));

    const last = await logs.send(new GetLogEventsCommand({ ...stream, limit: 10 }));
    expect(last.events!.map((event) => event.message)).toEqual(texts.slice(15));
    const before = await logs.send(
      new GetLogEventsCommand({ ...stream, limit: 10, nextToken: last.nextBackwardToken }),
    );
    expect(before.events!.map((event) => event.message)).toEqual(texts.slice(5, 15));
    const window = await logs.send(
      new GetLogEventsCommand({ ...stream, startFromHead: true, startTime: nowMs + 3, endTime: nowMs + 5 }),
    );
    expect(window.events!.map((event) => event.message)).toEqual(texts.slice(3, 5));
  });

  it('merges streams by time, filters and pages', async () => {
    const other = { ...stream, logStreamName: 'b' };
    await logs.send(new CreateLogStreamCommand(other));
    await logs.send(
      new PutLogEventsCommand({
        ...other,
        logEvents: [
          { timestamp: nowMs + 2, message: '{"level":"ERROR","n":1}' },
          { timestamp: nowMs + 7, message: '{"level":"INFO","n":2}' },
        ],
      }),
    );
    const all: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 4, nextToken }));
      all.push(...page.events!);
      nextToken = page.nextToken;
    } while (nextToken);
    expect(all).toHaveLength(27);
    expect(all.map((event) => event.timestamp)).toEqual([...all.map((event) => event.timestamp)].sort());
    expect(new Set(all.map((event) => event.eventId)).size).toBe(27);
    const errors = await logs.send(
      new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: '{ $.level = "ERROR" }' }),
    );
    expect(errors.events).toMatchObject([{ logStreamName: 'b', message: '{"level":"ERROR","n":1}' }]);
    const prefixed = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: GROUP,
        logStreamNamePrefix: 'a/',
        filterPattern: '"event 1"',
      }),
    );
    expect(prefixed.events).toHaveLength(11);
  });

  it('refuses what AWS refuses, and says which events it did not take', async () => {
    const put = (logEvents: { timestamp: number; message: string }[]) =>
      logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    await expect(
      put([
        { timestamp: nowMs + 1, message: 'b' },
        { timestamp: nowMs, message: 'a' },
      ]),
    ).rejects.toMatchObject({ message: expect.stringContaining('chronological order') });
    await expect(put([{ timestamp: nowMs, message: 'x'.repeat(1_048_576) }])).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const rejected = await put([{ timestamp: Date.now() - 20 * 86_400_000, message: 'old' }]);
    expect(rejected.rejectedLogEventsInfo).toMatchObject({ tooOldLogEventEndIndex: 1 });
    const future = await put([{ timestamp: Date.now() + 3 * 3_600_000, message: 'new' }]);
    expect(future.rejectedLogEventsInfo).toMatchObject({ tooNewLogEventStartIndex: 0 });
    await expect(
      logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: '{ $.a' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException', message: 'Invalid filter pattern' });
  });

  it('describes, tags and sets the retention', async () => {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 7 }));
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/test' }));
    const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/test/group';
    expect(logGroups).toMatchObject([
      { logGroupName: GROUP, retentionInDays: 7, arn: `${arn}:*`, logGroupArn: arn },
    ]);
    await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { more: 'tags' } }));
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(tags).toEqual({ team: 'sky', more: 'tags' });
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: GROUP, orderBy: 'LastEventTime', descending: true }),
    );
    expect(logStreams!.map(({ logStreamName }) => logStreamName)).toEqual(['a/1', 'b']);
    expect(logStreams![0]).toMatchObject({ firstEventTimestamp: nowMs, lastEventTimestamp: nowMs + 24 });
    await expect(
      logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 2 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('survives a restart and a line torn in mid-write', async () => {
    await logs.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: 'b' }));
    await stop();
    const folder = join(stateDir, 'logs/groups');
    for (const name of readdirSync(folder)) {
      appendFileSync(join(folder, name, 'events.jsonl'), '{"s":"a/1","t":1,"i":1,"m":"half');
    }
    await start();
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
    expect(events!.map((event) => event.message)).toEqual(
      Array.from({ length: 25 }, (_, i) => `event ${i} ü`),
    );
    await logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: nowMs + 99, message: 'after' }] }),
    );
    const again = await logs.send(
      new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: 'after' }),
    );
    expect(again.events).toHaveLength(1);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });
});

import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  logs = new CloudWatchLogsClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // The SDK puts `streaming-` before the host name otherwise.
    disableHostPrefix: true,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  logs.destroy();
  await emulator.stop();
});

it('StartLiveTail streams what comes in and matches, until the client goes away', async () => {
  const group = { logGroupName: '/live' };
  await logs.send(new CreateLogGroupCommand(group));
  await logs.send(new CreateLogStreamCommand({ ...group, logStreamName: 's' }));
  const put = (...messages: string[]) =>
    logs.send(
      new PutLogEventsCommand({
        ...group,
        logStreamName: 's',
        logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
      }),
    );
  await put('wanted before');
  const { responseStream } = await logs.send(
    new StartLiveTailCommand({
      logGroupIdentifiers: ['arn:aws:logs:us-east-1:000000000000:log-group:/live'],
      logEventFilterPattern: 'wanted',
    }),
  );
  const seen: (string | undefined)[] = [];
  for await (const event of responseStream!) {
    if (event.sessionStart) {
      expect(event.sessionStart).toMatchObject({
        logGroupIdentifiers: ['000000000000:/live'],
        logEventFilterPattern: 'wanted',
      });
      await put('wanted 1', 'other', 'wanted 2');
    }
    if (!event.sessionUpdate) continue;
    expect(event.sessionUpdate.sessionMetadata?.sampled).toBe(false);
    seen.push(...(event.sessionUpdate.sessionResults ?? []).map(({ message }) => message));
    if (seen.length >= 2) break;
  }
  expect(seen).toEqual(['wanted 1', 'wanted 2']);
});

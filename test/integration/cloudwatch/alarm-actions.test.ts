/** Alarms invoke functions: by themselves, when their state changes, if the function's policy lets them. */
import {
  DescribeAlarmHistoryCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { zipOf } from '../lambda/fixture.ts';
import { type CloudWatchFixture, MINUTE_MS, startCloudWatch } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let rig: CloudWatchFixture;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
let functionArn: string;
beforeAll(async () => {
  rig = await startCloudWatch();
  const config = {
    endpoint: rig.emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  lambda = new LambdaClient(config);
  logs = new CloudWatchLogsClient(config);
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'told',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: {
        ZipFile: zipOf({
          'index.mjs': 'export const handler = async (e) => console.log(JSON.stringify(e));',
        }),
      },
    }),
  );
  functionArn = made.FunctionArn!;
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30 }, { FunctionName: 'told' });
});
afterAll(async () => {
  lambda.destroy();
  logs.destroy();
  await rig.stop();
});

const arnOf = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;
const alarm = (AlarmName: string) =>
  rig.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      AlarmDescription: 'too many',
      Namespace: 'Cosmic/AI',
      MetricName: AlarmName,
      Dimensions: [{ Name: 'survey', Value: 'sdss' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
      AlarmActions: [functionArn, 'arn:aws:sns:us-east-1:000000000000:topic'],
    }),
  );
const allow = (StatementId: string, SourceArn: string) =>
  lambda.send(
    new AddPermissionCommand({
      FunctionName: 'told',
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceAccount: '000000000000',
      SourceArn,
    }),
  );
/** Events that the function has printed about an alarm, once there are `count`. */
const toldOf = (name: string, count = 1) =>
  vi.waitFor(
    async () => {
      const found = await logs
        .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/told' }))
        .catch(() => ({ events: [] }));
      const printed = (found.events ?? []).flatMap(({ message = '' }) => {
        const json = /\{.*\}/.exec(message)?.[0];
        return json?.includes('alarmArn') ? [JSON.parse(json)] : [];
      });
      const events = printed.filter((event) => event.alarmData.alarmName === name);
      expect(events).toHaveLength(count);
      return events;
    },
    { timeout: 30_000, interval: 50 },
  );
const actionsOf = (AlarmName: string, type: 'MetricAlarm' | 'CompositeAlarm' = 'MetricAlarm') =>
  vi.waitFor(
    async () => {
      const { AlarmHistoryItems = [] } = await rig.cloudWatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName, AlarmTypes: [type], HistoryItemType: 'Action' }),
      );
      expect(AlarmHistoryItems.length).toBeGreaterThan(0);
      return AlarmHistoryItems.map((one) => one.HistorySummary);
    },
    { timeout: 30_000, interval: 50 },
  );

describe('actions of alarms', () => {
  it('invoke a function with the event that AWS documents', async () => {
    await alarm('set');
    await allow('set', arnOf('set'));
    await rig.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'set', StateValue: 'ALARM', StateReason: 'testing alarm' }),
    );
    const [event] = await toldOf('set');
    const time = '2026-05-20T12:00:00.000+0000';
    expect(event).toEqual({
      source: 'aws.cloudwatch',
      alarmArn: arnOf('set'),
      accountId: '000000000000',
      time,
      region: 'us-east-1',
      alarmData: {
        alarmName: 'set',
        state: { value: 'ALARM', reason: 'testing alarm', timestamp: time },
        previousState: {
          value: 'INSUFFICIENT_DATA',
          reason: 'Unchecked: Initial alarm creation',
          timestamp: time,
        },
        configuration: {
          description: 'too many',
          metrics: [
            {
              id: expect.stringMatching(/^[\da-f-]{36}$/),
              metricStat: {
                metric: { namespace: 'Cosmic/AI', name: 'set', dimensions: { survey: 'sdss' } },
                period: 60,
                stat: 'Sum',
              },
              returnData: true,
            },
          ],
        },
      },
    });
    expect(await actionsOf('set')).toEqual([`Successfully executed action ${functionArn}`]);
  });

  it('are refused by a function whose policy names another alarm', async () => {
    await alarm('stranger');
    await rig.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'stranger', StateValue: 'ALARM', StateReason: 'x' }),
    );
    expect(await actionsOf('stranger')).toEqual([
      `Failed to execute action ${functionArn}. Received error: "CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action"`,
    ]);
  });

  it('are carried out as time passes, although no client reads the alarm', async () => {
    await alarm('passing');
    await allow('passing', arnOf('passing'));
    await rig.cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Cosmic/AI',
        MetricData: [
          {
            MetricName: 'passing',
            Dimensions: [{ Name: 'survey', Value: 'sdss' }],
            Value: 3,
            Timestamp: new Date(rig.now.ms),
          },
        ],
      }),
    );
    rig.pass(2 * MINUTE_MS);
    const [event] = await toldOf('passing');
    expect(event.alarmData.state).toMatchObject({
      value: 'ALARM',
      timestamp: '2026-05-20T12:01:00.000+0000',
    });
    expect(JSON.parse(event.alarmData.state.reasonData)).toMatchObject({ recentDatapoints: [3] });
  });

  it('of composite alarms wait for their suppressor', async () => {
    await alarm('quiet');
    await rig.cloudWatch.send(
      new PutCompositeAlarmCommand({
        AlarmName: 'group',
        AlarmRule: 'ALARM(set)',
        AlarmActions: [functionArn],
        ActionsSuppressor: 'quiet',
        ActionsSuppressorWaitPeriod: 120,
        ActionsSuppressorExtensionPeriod: 60,
      }),
    );
    await allow('group', arnOf('group'));
    rig.pass(90_000);
    await expect(
      rig.cloudWatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: 'group',
          AlarmTypes: ['CompositeAlarm'],
          HistoryItemType: 'Action',
        }),
      ),
    ).resolves.toMatchObject({ AlarmHistoryItems: [] });
    rig.pass(60_000);
    const [event] = await toldOf('group');
    expect(event.alarmData).toMatchObject({
      state: {
        value: 'ALARM',
        reason: `${arnOf('group')} was created and its alarm rule evaluates to ALARM`,
      },
      previousState: {
        value: 'INSUFFICIENT_DATA',
        actionsSuppressedBy: 'WaitPeriod',
        actionsSuppressedReason: 'Actions suppressed by WaitPeriod',
      },
      configuration: {
        alarmRule: 'ALARM(set)',
        actionsSuppressor: 'quiet',
        actionsSuppressorWaitPeriod: 120,
        actionsSuppressorExtensionPeriod: 60,
      },
    });
  });
});

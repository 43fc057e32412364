import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchFixture, MINUTE_MS, startCloudWatch } from './fixture.ts';

let rig: CloudWatchFixture;
beforeAll(async () => {
  rig = await startCloudWatch();
});
afterAll(() => rig.stop());

const metricAlarm = (AlarmName: string) =>
  rig.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Cosmic/AI',
      MetricName: AlarmName,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    }),
  );
const composite = (AlarmName: string, AlarmRule: string, more: Partial<PutCompositeAlarmCommandInput> = {}) =>
  rig.cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, ...more }));
const set = (AlarmName: string, state: StateValue) =>
  rig.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason: 'set by a test' }),
  );
const compositeOf = async (name: string) => {
  const found = await rig.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['CompositeAlarm'] }),
  );
  return found.CompositeAlarms?.[0];
};
const arnOf = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

describe('composite alarms', () => {
  it('follow the alarms of their rule, and remember it', async () => {
    await metricAlarm('errors');
    await metricAlarm('latency');
    await composite('service', 'ALARM("errors") AND NOT OK(latency)', {
      AlarmDescription: 'both',
      Tags: [{ Key: 'team', Value: 'sky' }],
    });
    expect(await compositeOf('service')).toMatchObject({
      AlarmArn: arnOf('service'),
      AlarmDescription: 'both',
      AlarmRule: 'ALARM("errors") AND NOT OK(latency)',
      ActionsEnabled: true,
      StateValue: 'OK',
      StateReason: `${arnOf('service')} was created and its alarm rule evaluates to OK`,
    });
    await set('errors', 'ALARM');
    const raised = await compositeOf('service');
    expect(raised).toMatchObject({
      StateValue: 'ALARM',
      StateReason: `${arnOf('errors')} transitioned to ALARM at Wednesday 20 May, 2026 12:00:00 UTC`,
    });
    expect(JSON.parse(raised?.StateReasonData ?? '')).toEqual({
      triggeringAlarms: [
        { arn: arnOf('errors'), state: { value: 'ALARM', timestamp: '2026-05-20T12:00:00.000+0000' } },
      ],
    });
    await set('latency', 'OK');
    expect(await compositeOf('service')).toMatchObject({ StateValue: 'OK' });
    const history = await rig.cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: 'service',
        AlarmTypes: ['CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        ScanBy: 'TimestampAscending',
      }),
    );
    expect(history.AlarmHistoryItems?.map((one) => [one.AlarmType, one.HistorySummary])).toEqual([
      ['CompositeAlarm', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['CompositeAlarm', 'Alarm updated from OK to ALARM'],
      ['CompositeAlarm', 'Alarm updated from ALARM to OK'],
    ]);
    const tags = await rig.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: arnOf('service') }));
    expect(tags.Tags).toEqual([{ Key: 'team', Value: 'sky' }]);
  });

  it('are listed when their type is asked for, and by their relations', async () => {
    const all = await rig.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(all.CompositeAlarms).toEqual([]);
    expect(all.MetricAlarms?.map((one) => one.AlarmName)).toEqual(['errors', 'latency']);
    const children = await rig.cloudWatch.send(new DescribeAlarmsCommand({ ChildrenOfAlarmName: 'service' }));
    expect(children.MetricAlarms?.map((one) => one.AlarmName)).toEqual(['errors', 'latency']);
    const parents = await rig.cloudWatch.send(new DescribeAlarmsCommand({ ParentsOfAlarmName: 'errors' }));
    expect(parents.CompositeAlarms?.map((one) => one.AlarmName)).toEqual(['service']);
    await expect(
      rig.cloudWatch.send(
        new DescribeAlarmsCommand({ ParentsOfAlarmName: 'errors', ChildrenOfAlarmName: 'service' }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('follow one another; a cycle ends', async () => {
    await composite('above', 'ALARM(service)');
    await set('latency', 'INSUFFICIENT_DATA');
    expect(await compositeOf('above')).toMatchObject({ StateValue: 'ALARM' });
    await composite('round', 'ALARM(above)');
    await composite('above', 'ALARM(round) OR ALARM(service)');
    await set('latency', 'OK');
    expect(await compositeOf('service')).toMatchObject({ StateValue: 'OK' });
    expect((await compositeOf('above'))?.StateValue).toMatch(/^(OK|ALARM)$/);
    await composite('above', 'FALSE');
    expect(await compositeOf('above')).toMatchObject({ StateValue: 'OK' });
  });

  it.each([
    [
      'an unknown alarm',
      'ALARM(errors) OR ALARM(gone) OR OK(lost)',
      /alarms \[gone, lost\] in the alarm rule do not exist/,
    ],
    ['a rule that ends early', 'ALARM(errors) AND', /position 17/],
    ['space around the rule', ' ALARM(errors)', /leading or trailing whitespace/],
  ])('refuse %s', async (_what, rule, message) => {
    await expect(composite('wrong', rule)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
    expect(await compositeOf('wrong')).toBeUndefined();
  });

  it('refuse to share a name with a metric alarm', async () => {
    await expect(composite('errors', 'TRUE')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(metricAlarm('service')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('keep the alarms of their rule from being deleted', async () => {
    await expect(
      rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Cannot delete errors as there are composite alarm(s) depending on it.',
    });
    await expect(
      rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors', 'latency'] })),
    ).rejects.toMatchObject({
      message: 'Cannot delete errors,latency as there are composite alarm(s) depending on them.',
    });
    await expect(
      rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['service', 'above'] })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/at most one composite alarm/) });
    for (const name of ['round', 'above']) {
      await rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    }
    await rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['service', 'errors'] }));
    const tags = await rig.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: arnOf('service') }));
    expect(tags.Tags).toEqual([]);
  });

  it('hold back their actions while a suppressor is in ALARM, and for a while before and after', async () => {
    await metricAlarm('child');
    await metricAlarm('maintenance');
    await composite('held', 'ALARM(child)', {
      ActionsSuppressor: 'maintenance',
      ActionsSuppressorWaitPeriod: 120,
      ActionsSuppressorExtensionPeriod: 180,
    });
    const suppressed = async () => (await compositeOf('held'))?.ActionsSuppressedBy;
    // The creation is a change of state, too.
    expect(await suppressed()).toBe('WaitPeriod');
    rig.now.ms += 3 * MINUTE_MS;
    expect(await suppressed()).toBeUndefined();
    await set('child', 'ALARM');
    expect(await compositeOf('held')).toMatchObject({
      StateValue: 'ALARM',
      ActionsSuppressedBy: 'WaitPeriod',
      ActionsSuppressedReason: 'Actions suppressed by WaitPeriod',
      ActionsSuppressor: 'maintenance',
      ActionsSuppressorWaitPeriod: 120,
      ActionsSuppressorExtensionPeriod: 180,
    });
    await set('maintenance', 'ALARM');
    rig.now.ms += 10 * MINUTE_MS;
    expect(await suppressed()).toBe('Alarm');
    await set('maintenance', 'OK');
    expect(await suppressed()).toBe('ExtensionPeriod');
    rig.now.ms += 2 * MINUTE_MS;
    expect(await suppressed()).toBe('ExtensionPeriod');
    rig.now.ms += MINUTE_MS;
    expect(await suppressed()).toBeUndefined();
    // What comes and goes within the wait has not happened.
    await set('child', 'OK');
    await set('child', 'ALARM');
    expect(await suppressed()).toBeUndefined();
  });

  it.each([
    [
      { ActionsSuppressor: 'gone', ActionsSuppressorWaitPeriod: 1, ActionsSuppressorExtensionPeriod: 1 },
      /does not exist/,
    ],
    [{ ActionsSuppressor: 'maintenance', ActionsSuppressorWaitPeriod: 1 }, /ExtensionPeriod is required/],
    [{ ActionsSuppressor: 'maintenance', ActionsSuppressorExtensionPeriod: 1 }, /WaitPeriod is required/],
    [{ ActionsSuppressorWaitPeriod: 1 }, /ActionsSuppressor is required/],
  ])('refuse the suppressor %j', async (more, message) => {
    await expect(composite('unsuppressed', 'TRUE', more)).rejects.toThrow(message);
  });
});

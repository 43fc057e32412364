import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchFixture, MINUTE_MS, startCloudWatch } from './fixture.ts';

let rig: CloudWatchFixture;
beforeAll(async () => {
  rig = await startCloudWatch();
});
afterAll(() => rig.stop());

const alarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
  rig.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Cosmic/AI',
      MetricName: AlarmName,
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    }),
  );
const put = (MetricName: string, Value: number) =>
  rig.cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Cosmic/AI',
      MetricData: [{ MetricName, Value, Timestamp: new Date(rig.now.ms) }],
    }),
  );
const describeOne = async (name: string) => {
  const found = await rig.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return found.MetricAlarms?.[0];
};

describe('alarms', () => {
  it('go from INSUFFICIENT_DATA to ALARM and back to OK, and remember it', async () => {
    await alarm('errors', { TreatMissingData: 'notBreaching', Tags: [{ Key: 'a', Value: 'b' }] });
    expect(await describeOne('errors')).toMatchObject({
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      ActionsEnabled: true,
      Dimensions: [],
    });
    await put('errors', 21.5);
    rig.now.ms += MINUTE_MS;
    const raised = await describeOne('errors');
    expect(raised).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 datapoint [21.5 (20/05/26 12:00:00)] was greater than the threshold (2.0).',
    });
    expect(JSON.parse(raised?.StateReasonData ?? '')).toMatchObject({
      version: '1.0',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [21.5],
      threshold: 2,
      evaluatedDatapoints: [{ sampleCount: 1, value: 21.5 }],
    });
    rig.now.ms += 5 * MINUTE_MS;
    expect(await describeOne('errors')).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
    const { AlarmHistoryItems } = await rig.cloudWatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'StateUpdate' }),
    );
    expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
    const tags = await rig.cloudWatch.send(
      new ListTagsForResourceCommand({ ResourceARN: raised?.AlarmArn ?? '' }),
    );
    expect(tags.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('several datapoints: M of the last N', async () => {
    await alarm('slow', { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'missing' });
    for (const value of [1, 5]) {
      await put('slow', value);
      rig.now.ms += MINUTE_MS;
    }
    expect(await describeOne('slow')).toMatchObject({ StateValue: 'OK' });
    await put('slow', 7);
    rig.now.ms += MINUTE_MS;
    const found = await describeOne('slow');
    expect(found?.StateValue).toBe('ALARM');
    expect(found?.StateReason).toMatch(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[7\.0 \(.*\), 5\.0 \(.*\)\] were greater than the threshold \(2\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    );
  });

  it('metric math: an error rate', async () => {
    const metric = (MetricName: string) => ({
      Metric: { Namespace: 'Cosmic/AI', MetricName },
      Period: 60,
      Stat: 'Sum',
    });
    await rig.cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'rate',
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Metrics: [
          { Id: 'errors', MetricStat: metric('e'), ReturnData: false },
          { Id: 'calls', MetricStat: metric('c'), ReturnData: false },
          { Id: 'rate', Expression: '100 * errors / calls' },
        ],
      }),
    );
    await put('e', 1);
    await put('c', 10);
    rig.now.ms += MINUTE_MS;
    expect(await describeOne('rate')).toMatchObject({ StateValue: 'ALARM', Metrics: { length: 3 } });
  });

  it('can be set, listed by state and metric, disabled and deleted', async () => {
    await alarm('manual');
    await rig.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'manual', StateValue: 'ALARM', StateReason: 'testing alarm' }),
    );
    const { MetricAlarms } = await rig.cloudWatch.send(
      new DescribeAlarmsCommand({ StateValue: 'ALARM', AlarmNamePrefix: 'man' }),
    );
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'manual', StateReason: 'testing alarm' }]);
    const forMetric = await rig.cloudWatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'Cosmic/AI', MetricName: 'manual' }),
    );
    expect(forMetric.MetricAlarms).toHaveLength(1);
    await rig.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['manual'] }));
    expect(await describeOne('manual')).toBeUndefined();
    await expect(
      rig.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'manual', StateValue: 'OK', StateReason: '' }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } });
    await expect(
      rig.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'x', StateValue: 'INVALID' as never, StateReason: '' }),
      ),
    ).rejects.toMatchObject({
      message:
        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    });
  });

  it('refuses settings that make no sense', async () => {
    await expect(alarm('x', { Period: 45 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await expect(alarm('x', { Period: 3600, EvaluationPeriods: 200 })).rejects.toThrow(
      /cannot be checked across/,
    );
    await expect(alarm('x', { TreatMissingData: 'maybe' })).rejects.toThrow(/TreatMissingData/);
    await expect(alarm('x', { ExtendedStatistic: 'p90' })).rejects.toThrow(/mutually exclusive/);
  });
});

describe('tags of an alarm', () => {
  const two = [
    { Key: 'f1', Value: 'v' },
    { Key: 'f2', Value: 'v' },
  ];
  const absent = (path: string) =>
    `Value null at 'tags.${path}' failed to satisfy constraint: Member must not be null`;
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));

  it.each<[string, object[], object, string]>([
    [
      'without keys',
      [...two, { Value: 'x' }, { Value: 'y' }],
      {},
      `2 validation errors detected: ${absent('3.member.key')}; ${absent('4.member.key')}`,
    ],
    [
      'without anything',
      [...two, {}],
      {},
      `2 validation errors detected: ${absent('3.member.value')}; ${absent('3.member.key')}`,
    ],
    [
      'with an empty key',
      [{ Key: '', Value: 'x' }],
      {},
      "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'with a long value',
      [{ Key: 'a', Value: 'v'.repeat(257) }],
      {},
      `1 validation error detected: Value '${'v'.repeat(257)}' at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256`,
    ],
    [
      'beside no datapoints',
      [{ Key: 'a' }],
      { DatapointsToAlarm: 0 },
      `2 validation errors detected: ${absent('1.member.value')}; Value '0' at 'datapointsToAlarm' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    ],
    ['beyond fifty', many(51), {}, 'The resultant tag set must not have more than 50 user tags.'],
    ['of AWS', [{ Key: 'AWS:x' }], {}, 'The provided tag keys must not start with any case of "aws:"'],
  ])('are refused %s', async (_, Tags, more, message) => {
    await expect(alarm('refused', { ...more, Tags: Tags as never })).rejects.toMatchObject({ message });
    expect(await describeOne('refused')).toBeUndefined();
  });

  it('are told of ten at a time', async () => {
    const Tags = Array.from({ length: 11 }, (_, i) => ({ Key: `m${i}` }));
    await expect(alarm('refused', { Tags: Tags as never })).rejects.toMatchObject({
      message: expect.stringMatching(/^10 validation errors detected: (?:[^;]+; ){9}[^;]+$/),
    });
  });

  it('stay when the alarm is put again, whatever tags it is put with', async () => {
    await alarm('tagged', { Tags: [{ Key: 'team', Value: 'sky' }] });
    await alarm('tagged', { Threshold: 7, Tags: [...many(51), { Key: 'aws:x', Value: 'v' }] });
    const put = await describeOne('tagged');
    expect(put?.Threshold).toBe(7);
    const { Tags } = await rig.cloudWatch.send(
      new ListTagsForResourceCommand({ ResourceARN: put?.AlarmArn }),
    );
    expect(Tags).toEqual([{ Key: 'team', Value: 'sky' }]);
  });
});

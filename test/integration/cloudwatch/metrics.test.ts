import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchFixture, MINUTE_MS, startCloudWatch } from './fixture.ts';

let rig: CloudWatchFixture;
const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-cw-'));
beforeAll(async () => {
  rig = await startCloudWatch(stateDir);
});
afterAll(async () => {
  await rig.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const at = (minutes: number) => new Date(rig.now.ms + minutes * MINUTE_MS);
const dimensions = [{ Name: 'Partition', Value: '25MB' }];
const put = (Namespace: string, MetricData: object[]) =>
  rig.cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData: MetricData as never }));
const stat = (Id: string, MetricName: string, Stat: string, more: object = {}): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Cosmic/AI', MetricName, Dimensions: dimensions }, Period: 60, Stat },
  ...more,
});
const get = (MetricDataQueries: MetricDataQuery[], more: object = {}) =>
  rig.cloudWatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime: at(-10), EndTime: at(1), ...more }),
  );

describe('metrics', () => {
  beforeAll(async () => {
    const datum = { MetricName: 'Latency', Dimensions: dimensions, Unit: 'Milliseconds' };
    await put('Cosmic/AI', [
      ...[10, 20, 30, 40].map((Value) => ({ ...datum, Value, Timestamp: at(-3) })),
      { ...datum, Values: [5, 7], Counts: [3, 1], Timestamp: at(-2) },
      {
        ...datum,
        MetricName: 'Set',
        StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 9 },
        Timestamp: at(-1),
      },
      { ...datum, MetricName: 'Errors', Unit: 'Count', Value: 2, Timestamp: at(-3) },
    ]);
  });

  it.each<[string, [stat: string, period: number, unit?: 'Seconds'][], string[]]>([
    [
      'statistic and period',
      [
        ['Sum', 60],
        ['Minimum', 30],
      ],
      ['Latency Sum 60', 'Latency Minimum 30'],
    ],
    [
      'the statistic',
      [
        ['Sum', 60],
        ['Minimum', 60],
      ],
      ['Latency Sum', 'Latency Minimum'],
    ],
    [
      'the period',
      [
        ['Sum', 60],
        ['Sum', 30],
      ],
      ['Latency 60', 'Latency 30'],
    ],
    [
      'nothing but units',
      [
        ['Sum', 60],
        ['Sum', 60, 'Seconds'],
      ],
      ['Latency', 'Latency'],
    ],
  ])('labels series that differ in %s (recorded)', async (_what, series, labels) => {
    const queries = series.map(([Stat, Period, Unit], i) => ({
      Id: `q${i}`,
      MetricStat: {
        Metric: { Namespace: 'Cosmic/AI', MetricName: 'Latency', Dimensions: dimensions },
        Period,
        Stat,
        Unit,
      },
    }));
    const { MetricDataResults = [] } = await get(queries);
    expect(MetricDataResults.map(({ Label }) => Label)).toEqual(labels);
  });

  it('keeps a label that a query gives', async () => {
    const { MetricDataResults = [] } = await get([
      stat('a', 'Latency', 'Sum', { Label: 'own' }),
      stat('b', 'Latency', 'Minimum'),
    ]);
    expect(MetricDataResults.map(({ Label }) => Label)).toEqual(['own', 'Latency Minimum']);
  });

  it('refuses statistics of no time (recorded)', async () => {
    const range = { StartTime: at(0), EndTime: at(0) };
    await expect(
      rig.cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'N',
          MetricName: 'm',
          Period: 1,
          Statistics: ['Sum'],
          ...range,
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The parameter StartTime must be less than the parameter EndTime.',
    });
  });

  it.each([
    ['Average', [5.5, 25]],
    ['Sum', [22, 100]],
    ['Minimum', [5, 10]],
    ['Maximum', [7, 40]],
    ['SampleCount', [4, 4]],
    ['p50', [5, 20]],
    ['p99', [7, 40]],
    ['p25', [5, 10]],
    ['TM(0%:75%)', [5, 20]],
    ['tc50', [3, 2]],
    ['PR(15:35)', [0, 50]],
  ])('%s of values and of values with counts', async (name, values) => {
    const { MetricDataResults: [result] = [] } = await get([stat('m1', 'Latency', name)]);
    expect(result).toMatchObject({ Id: 'm1', Label: 'Latency', StatusCode: 'Complete', Values: values });
    expect(result?.Timestamps).toEqual([at(-2), at(-3)]);
  });

  it('statistic sets have no percentiles', async () => {
    const { MetricDataResults } = await get([stat('a', 'Set', 'Average'), stat('b', 'Set', 'p90')]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[5], []]);
  });

  it('metric math: arithmetic, functions, METRICS(), FILL, IF', async () => {
    const hidden = [
      stat('m1', 'Latency', 'Sum', { ReturnData: false }),
      stat('m2', 'Errors', 'Sum', { ReturnData: false }),
    ];
    const math = (Expression: string) => ({ Id: 'e1', Expression, Label: Expression });
    const cases: [string, number[]][] = [
      ['100 * m2 / m1', [2]],
      ['m1 - -m1 * 2 ^ 3 ^ 0', [66, 300]],
      ['FILL(m2, 0)', [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]],
      ['SUM(METRICS())', [22, 102]],
      ['IF(m1 > 50, 1, 0)', [0, 1]],
      ['m1 / AVG(m1)', [22 / 61, 100 / 61]],
      ['RATE(m1)', [-1.3]],
      ['RUNNING_SUM(m1)', [122, 100]],
      ['MAX([m1, m2]) + 1', [23, 101]],
      ['m1 > 50 AND m2 == 2', [1]],
      ['CEIL(m1 / 7)', [4, 15]],
    ];
    for (const [expression, values] of cases) {
      const { MetricDataResults } = await get([...hidden, math(expression)]);
      expect({ expression, values: MetricDataResults?.[0]?.Values }).toEqual({ expression, values });
    }
    await expect(get([...hidden, math('m1 +')])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(get([...hidden, math('m9 + 1')])).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Error in expression 'e1': Undefined variable 'm9'.",
    });
    await expect(get([math('SEARCH("x", "Sum", 60)')])).rejects.toThrow(/SEARCH is not served/);
  });

  it('pages datapoints and goes through them by token', async () => {
    const seen: number[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await get([stat('m1', 'Latency', 'Sum'), stat('m2', 'Errors', 'Sum')], {
        MaxDatapoints: 1,
        ScanBy: 'TimestampAscending',
        NextToken,
      });
      seen.push(...(page.MetricDataResults ?? []).flatMap(({ Values = [] }) => Values));
      NextToken = page.NextToken;
      pages++;
    } while (NextToken !== undefined);
    expect({ seen, pages }).toEqual({ seen: [100, 22, 2], pages: 3 });
    await expect(get([stat('m1', 'Latency', 'Sum')], { NextToken: 'no' })).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });

  it('several units: the first by name counts, and is told of', async () => {
    const datum = { MetricName: 'Mixed', Dimensions: dimensions, Timestamp: at(-1) };
    await put('Cosmic/AI', [
      { ...datum, Value: 1, Unit: 'Seconds' },
      { ...datum, Value: 60000, Unit: 'Milliseconds' },
    ]);
    const { MetricDataResults } = await get([stat('m1', 'Mixed', 'Sum')]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Values: [60000],
      Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Milliseconds, Seconds]'" }],
    });
  });

  it('GetMetricStatistics: statistics and percentiles, per unit', async () => {
    const asked = {
      Namespace: 'Cosmic/AI',
      MetricName: 'Latency',
      Dimensions: dimensions,
      StartTime: at(-10),
      EndTime: at(1),
      Period: 60,
    };
    const basic = await rig.cloudWatch.send(
      new GetMetricStatisticsCommand({ ...asked, Statistics: ['Sum', 'SampleCount', 'Maximum'] }),
    );
    expect(basic).toMatchObject({
      Label: 'Latency',
      Datapoints: [
        { Timestamp: at(-3), Sum: 100, SampleCount: 4, Maximum: 40, Unit: 'Milliseconds' },
        { Timestamp: at(-2), Sum: 22 },
      ],
    });
    expect(basic.Datapoints?.[0]).not.toHaveProperty('Average');
    const extended = await rig.cloudWatch.send(
      new GetMetricStatisticsCommand({ ...asked, ExtendedStatistics: ['p50', 'p99.9'] }),
    );
    expect(extended.Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 20, 'p99.9': 40 });
    // Neither a set of statistics nor values below zero tell percentiles.
    const told = { Timestamp: at(-2), StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 } };
    await rig.cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Sets',
        MetricData: [
          { MetricName: 'set', ...told },
          { MetricName: 'negative', Timestamp: at(-2), Values: [-1, 5] },
        ],
      }),
    );
    for (const MetricName of ['set', 'negative']) {
      const own = { ...asked, Namespace: 'Sets', MetricName, Dimensions: undefined };
      const { Datapoints } = await rig.cloudWatch.send(
        new GetMetricStatisticsCommand({ ...own, ExtendedStatistics: ['p50'] }),
      );
      expect(Datapoints).toHaveLength(1);
      expect(Datapoints?.[0]).not.toHaveProperty('ExtendedStatistics');
    }
    await expect(
      rig.cloudWatch.send(
        new GetMetricStatisticsCommand({ ...asked, StartTime: at(-1500), Statistics: ['Sum'] }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
      message: /You have requested up to 1501 datapoints, which exceeds the limit of 1440/,
    });
  });

  it('lists metrics by namespace, name and dimensions, and pages by 500', async () => {
    const list = (input: object) => rig.cloudWatch.send(new ListMetricsCommand(input));
    const found = await list({ Namespace: 'Cosmic/AI', Dimensions: [{ Name: 'Partition' }] });
    expect(found.Metrics?.map(({ MetricName }) => MetricName)).toEqual(['Latency', 'Set', 'Errors', 'Mixed']);
    expect((await list({ Namespace: 'Cosmic/AI', Dimensions: [{ Name: 'Nothing' }] })).Metrics).toEqual([]);
    const many = Array.from({ length: 600 }, (_, i) => ({ MetricName: `m${i}`, Value: i }));
    await put('Many', many);
    const first = await list({ Namespace: 'Many' });
    const second = await list({ Namespace: 'Many', NextToken: first.NextToken });
    expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([500, 100, undefined]);
  });

  it('refuses what AWS refuses, and keeps nothing of it', async () => {
    const cases: [object, string, RegExp][] = [
      [
        { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
        'InvalidParameterCombinationException',
        /MetricData.member.2.Value and MetricData.member.2.StatisticValues are mutually exclusive/,
      ],
      [
        { Values: [1, 2], Counts: [1] },
        'InvalidParameterValueException',
        /Values and MetricData.member.2.Counts must be of the same size/,
      ],
      [
        { Value: 1, Timestamp: at(-30 * 24 * 60) },
        'InvalidParameterValueException',
        /within the past two weeks/,
      ],
      [{ Value: 1, Timestamp: at(180) }, 'InvalidParameterValueException', /two hours in the future/],
      [{ Value: 1, Unit: 'Furlongs' }, 'InvalidParameterValueException', /Furlongs/],
      [{}, 'MissingRequiredParameterException', /must be specified/],
    ];
    for (const [datum, name, message] of cases) {
      const data = [
        { MetricName: 'ok', Value: 1 },
        { MetricName: 'bad', ...datum },
      ];
      await expect(put('Refused', data)).rejects.toMatchObject({ name, message });
    }
    await expect(put('AWS/Own', [{ MetricName: 'x', Value: 1 }])).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    const { Metrics } = await rig.cloudWatch.send(new ListMetricsCommand({ Namespace: 'Refused' }));
    expect(Metrics).toEqual([]);
  });

  it('takes values beside a set of statistics', async () => {
    const set = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 };
    await put('Beside', [{ MetricName: 'm', Values: [10, 11], StatisticValues: set, Timestamp: at(-1) }]);
    const { Metrics } = await rig.cloudWatch.send(new ListMetricsCommand({ Namespace: 'Beside' }));
    expect(Metrics).toHaveLength(1);
  });

  it('writes doubles as floats in JSON and XML', async () => {
    const datum = { MetricName: 'float', Value: 30, Timestamp: at(-1) };
    await put('Floats', [datum]);
    const asked = { Namespace: 'Floats', MetricName: 'float', Period: 60, Statistics: ['Sum'] };
    const range = { StartTime: at(-10).getTime() / 1000, EndTime: at(1).getTime() / 1000 };
    const send = async (headers: { [name: string]: string }, body: string) =>
      (await fetch(rig.emulator.endpoint, { method: 'POST', headers, body })).text();
    const json = await send(
      {
        'x-amz-target': 'GraniteServiceVersion20100801.GetMetricStatistics',
        'content-type': 'application/x-amz-json-1.0',
      },
      JSON.stringify({ ...asked, ...range }),
    );
    expect(json).toContain('"Sum":30.0');
    const form = new URLSearchParams({
      Action: 'GetMetricStatistics',
      Version: '2010-08-01',
      Namespace: 'Floats',
      MetricName: 'float',
      Period: '60',
      'Statistics.member.1': 'Sum',
      StartTime: at(-10).toISOString(),
      EndTime: at(1).toISOString(),
    });
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20260520/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';
    const xml = await send(
      { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      String(form),
    );
    expect(xml).toContain('<Sum>30.0</Sum>');
  });

  it('metrics outlive a restart', async () => {
    const nowMs = rig.now.ms;
    await rig.stop();
    rig = await startCloudWatch(stateDir);
    rig.now.ms = nowMs;
    const { MetricDataResults } = await get([stat('m1', 'Latency', 'p50')]);
    expect(MetricDataResults?.[0]?.Values).toEqual([5, 20]);
  });
});

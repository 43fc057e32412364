import type { MetricDatum as GivenDatum, PutMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { defineOperation } from '../../../http/operation.ts';
import { type CloudWatchContext, cloudWatchCall } from '../context.ts';
import { invalidCombination, invalidValue, missingParameter } from '../errors.ts';
import { type MetricDatum, metricOf, type Samples } from '../metrics/metric.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;
const MAX_VALUES = 150;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;
/** Values lie within -2^360 to 2^360. */
const MAX_VALUE = 2 ** 360;

export const putMetricData = defineOperation<CloudWatchContext, PutMetricDataCommandInput>({
  name: 'PutMetricData',
  permission: ({ Namespace }) => [
    { ...cloudWatchCall('PutMetricData'), context: { 'cloudwatch:namespace': Namespace } },
  ],
  handle({ env, metrics }, { Namespace, MetricData = [], EntityMetricData = [] }) {
    if (Namespace.startsWith('AWS/')) {
      throw invalidValue(`The value ${Namespace} for parameter Namespace is invalid.`);
    }
    const data = [...MetricData, ...EntityMetricData.flatMap((one) => one.MetricData ?? [])];
    if (data.length === 0) throw missingParameter('The parameter MetricData is required.');
    if (MetricData.length > MAX_DATA) {
      throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_DATA}.`);
    }
    const nowMs = env.clock.nowMs();
    // All or nothing: every datum is checked before any is kept.
    metrics.put(data.map((datum, i) => parseDatum(Namespace, datum, `MetricData.member.${i + 1}`, nowMs)));
    return {};
  },
});

function parseDatum(Namespace: string, datum: GivenDatum, path: string, nowMs: number): MetricDatum {
  const timestampMs = datum.Timestamp?.getTime() ?? nowMs;
  if (timestampMs < nowMs - OLDEST_MS) {
    throw invalidValue(`The parameter ${path}.Timestamp must specify a time within the past two weeks.`);
  }
  if (timestampMs > nowMs + NEWEST_MS) {
    throw invalidValue(
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  const { StorageResolution: resolution, Unit: unit = 'None' } = datum;
  if (resolution !== undefined && resolution !== 1 && resolution !== 60) {
    throw invalidValue(`The value ${resolution} for parameter ${path}.StorageResolution is invalid.`);
  }
  return {
    metric: metricOf({ ...datum, Namespace }),
    unit,
    timestampMs,
    highResolution: resolution === 1,
    samples: samplesOf(datum, path),
  };
}

/**
 * AWS refuses a value beside values or a set of statistics, and takes values beside a set (recorded); which of the
 * two it keeps is not known: here the values.
 */
function samplesOf(datum: GivenDatum, path: string): Samples {
  const { Value, Values = [], StatisticValues } = datum;
  const other = StatisticValues ? 'StatisticValues' : Values.length > 0 ? 'Values' : undefined;
  if (Value !== undefined && other !== undefined) {
    throw invalidCombination(
      `The parameters ${path}.Value and ${path}.${other} are mutually exclusive and you have specified both.`,
    );
  }
  if (Value !== undefined) return { values: [checked(Value, `${path}.Value`)], counts: [1] };
  if (Values.length > 0) return valuesOf(datum, path);
  if (StatisticValues) return statisticsOf(StatisticValues, `${path}.StatisticValues`);
  throw missingParameter('At least one of the parameters must be specified.');
}

function statisticsOf(set: NonNullable<GivenDatum['StatisticValues']>, path: string): Samples {
  const part = (member: 'SampleCount' | 'Sum' | 'Minimum' | 'Maximum') =>
    checked(set[member]!, `${path}.${member}`);
  const parts = {
    sampleCount: part('SampleCount'),
    sum: part('Sum'),
    minimum: part('Minimum'),
    maximum: part('Maximum'),
  };
  if (parts.minimum > parts.maximum) {
    throw invalidValue(`The parameter ${path}.Minimum must be less than or equal to ${path}.Maximum.`);
  }
  return parts;
}

function valuesOf({ Values = [], Counts = [] }: GivenDatum, path: string): Samples {
  if (Values.length > MAX_VALUES) {
    throw invalidValue(`The collection ${path}.Values must not have a size greater than ${MAX_VALUES}.`);
  }
  if (Counts.length > 0 && Counts.length !== Values.length) {
    throw invalidValue(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  const all = (member: string, numbers: readonly number[]) =>
    numbers.map((one, i) => checked(one, `${path}.${member}.member.${i + 1}`));
  return {
    values: all('Values', Values),
    counts: Counts.length > 0 ? all('Counts', Counts) : Values.map(() => 1),
  };
}

/** @throws AwsError InvalidParameterValue for a number that is not finite or too large */
function checked(value: number, path: string): number {
  if (Math.abs(value) <= MAX_VALUE) return value;
  throw invalidValue(`The value ${value} for parameter ${path} is invalid.`);
}

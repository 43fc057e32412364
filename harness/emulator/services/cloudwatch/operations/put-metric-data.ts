import type { JsonObject } from '../../../../core/json.ts';
import { isJsonObject } from '../../../../core/json.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidCombination, invalidValue, missingParameter } from '../errors.ts';
import type { MetricDatum, Samples } from '../metrics/metric.ts';
import {
  dimensionList,
  list,
  objects,
  optionalInteger,
  optionalNumber,
  optionalTimeMs,
  optionalUnit,
  requiredText,
} from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;
const MAX_VALUES = 150;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;
/** Values lie within -2^360 to 2^360. */
const MAX_VALUE = 2 ** 360;

export const putMetricData: CloudWatchOperation = {
  name: 'PutMetricData',
  handle({ env, metrics }, input) {
    const namespace = requiredText(input, 'Namespace');
    if (namespace.startsWith('AWS/') || namespace.startsWith(':')) {
      throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
    }
    const data = objects(input, 'MetricData');
    const ofEntities = objects(input, 'EntityMetricData').flatMap((one) => objects(one, 'MetricData'));
    if (data.length === 0 && ofEntities.length === 0) {
      throw missingParameter('The parameter MetricData is required.');
    }
    if (data.length > MAX_DATA) {
      throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_DATA}.`);
    }
    const nowMs = env.clock.nowMs();
    const parsed = [...data, ...ofEntities].map((datum, i) =>
      parseDatum(namespace, datum, `MetricData.member.${i + 1}`, nowMs),
    );
    // All or nothing: whatever is wrong was thrown before anything is kept.
    metrics.put(parsed);
    return {};
  },
};

function parseDatum(namespace: string, input: JsonObject, path: string, nowMs: number): MetricDatum {
  const name = requiredText(input, 'MetricName', `${path}.MetricName`);
  const timestampMs = optionalTimeMs(input, 'Timestamp', `${path}.Timestamp`) ?? nowMs;
  if (timestampMs < nowMs - OLDEST_MS) {
    throw invalidValue(`The parameter ${path}.Timestamp must specify a time within the past two weeks.`);
  }
  if (timestampMs > nowMs + NEWEST_MS) {
    throw invalidValue(
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  const resolution = optionalInteger(input, 'StorageResolution');
  if (resolution !== undefined && resolution !== 1 && resolution !== 60) {
    throw invalidValue(`The value ${resolution} for parameter ${path}.StorageResolution is invalid.`);
  }
  return {
    metric: { namespace, name, dimensions: dimensionList(input, `${path}.Dimensions`) },
    unit: optionalUnit(input, `${path}.Unit`) ?? 'None',
    timestampMs,
    highResolution: resolution === 1,
    samples: parseSamples(input, path),
  };
}

function parseSamples(input: JsonObject, path: string): Samples {
  const value = optionalValue(input, 'Value', `${path}.Value`);
  const statistics = input['StatisticValues'];
  const values = list(input, 'Values');
  const given = [
    value !== undefined ? 'Value' : '',
    isJsonObject(statistics) ? 'StatisticValues' : '',
    values.length > 0 ? 'Values' : '',
  ].filter((one) => one !== '');
  if (given.length > 1) {
    throw invalidCombination(
      `The parameters ${path}.${given[0]} and ${path}.${given[1]} are mutually exclusive and you have specified both.`,
    );
  }
  if (value !== undefined) return { values: [value], counts: [1] };
  if (isJsonObject(statistics)) return parseStatistics(statistics, `${path}.StatisticValues`);
  if (values.length === 0) {
    throw missingParameter(`At least one of the parameters must be specified.`);
  }
  return parseValues(input, path);
}

function parseStatistics(input: JsonObject, path: string): Samples {
  const part = (member: string): number => {
    const number = optionalValue(input, member, `${path}.${member}`);
    if (number === undefined) throw missingParameter(`The parameter ${path}.${member} is required.`);
    return number;
  };
  const set = {
    sampleCount: part('SampleCount'),
    sum: part('Sum'),
    minimum: part('Minimum'),
    maximum: part('Maximum'),
  };
  if (set.minimum > set.maximum) {
    throw invalidValue(`The parameter ${path}.Minimum must be less than or equal to ${path}.Maximum.`);
  }
  return set;
}

function parseValues(input: JsonObject, path: string): Samples {
  const numbers = (member: string): number[] =>
    list(input, member).map(
      (_, i, all) =>
        optionalValue({ [member]: all[i]! }, member, `${path}.${member}.member.${i + 1}`) ?? Number.NaN,
    );
  const values = numbers('Values');
  const counts = numbers('Counts');
  if (values.length > MAX_VALUES) {
    throw invalidValue(`The collection ${path}.Values must not have a size greater than ${MAX_VALUES}.`);
  }
  if (counts.length > 0 && counts.length !== values.length) {
    throw invalidValue(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  return { values, counts: counts.length > 0 ? counts : values.map(() => 1) };
}

function optionalValue(input: JsonObject, member: string, path: string): number | undefined {
  const value = optionalNumber(input, member, path);
  if (value !== undefined && Math.abs(value) > MAX_VALUE) {
    throw invalidValue(`The value ${value} for parameter ${path} is invalid.`);
  }
  return value;
}

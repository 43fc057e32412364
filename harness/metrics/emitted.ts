/**
 * Metrics that the functions report themselves, in CloudWatch's embedded metric format, under the names they give
 * them: `emf.Orders` of whichever function, `emf.Enrich.Orders` of one. Which there are, and in which units,
 * only a run tells.
 */
import type { EmittedMetric, RunRecord } from '../record/run-record.ts';
import { functionNamed } from './invocations.ts';
import type { Metric } from './metric.ts';
import { dimensionOf, inUnit, toBase } from './quantity.ts';
import { metricParts, renderMetric } from './threshold.ts';

const PREFIX = 'emf.';

/**
 * CloudWatch's units in ours, with the factor between them: 1 KB is 1,024 bytes here and there.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
const UNITS: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  Seconds: ['s', 1],
  Milliseconds: ['ms', 1],
  Microseconds: ['us', 1],
  Bytes: ['B', 1],
  Kilobytes: ['KB', 1],
  Megabytes: ['MB', 1],
  Gigabytes: ['GB', 1],
  Terabytes: ['TB', 1],
  Percent: ['%', 1],
  'Bits/Second': ['bps', 1],
  'Kilobits/Second': ['kbps', 1],
  'Megabits/Second': ['Mbps', 1],
  'Gigabits/Second': ['Gbps', 1],
  'Bytes/Second': ['bps', 8],
};

/** The metric that `name` stands for; `undefined` when it does not begin with `emf.`. */
export function emittedMetric(name: string): Metric | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const parts = metricParts(name).slice(1);
  if (parts.length === 0 || parts.length > 2) return undefined;
  const metricName = parts.at(-1)!;
  const functionName = parts.length === 2 ? parts[0]! : undefined;
  const found = (record: RunRecord) =>
    (record.emitted ?? []).filter(
      (one) =>
        one.name === metricName &&
        (functionName === undefined || functionNamed(record, one.functionName) === functionName),
    );
  return {
    name,
    unit: '',
    unitOf: (record) => unitOf(found(record)[0]),
    cardinality: 'many',
    clock: 'function',
    source: "the functions' own claim: lines that they print in the embedded metric format (EMF)",
    description: `${metricName}, as ${functionName === undefined ? 'the functions claim' : `the function ${functionName} claims`} it`,
    needs: ['emf-metrics'],
    values: (record) => inOneUnit(found(record)),
  };
}

/** Every metric of this kind that the run's functions reported, by function. */
export function emittedMetrics(record: RunRecord): Metric[] {
  const names = new Set(
    (record.emitted ?? []).map(({ functionName, name }) =>
      renderMetric(['emf', functionNamed(record, functionName), name]),
    ),
  );
  return [...names].sort().map((name) => emittedMetric(name)!);
}

/** Unit and factor of a value; a plain number for what has no unit of ours (`Count`, `None`, `Count/Second`). */
const scaleOf = ({ unit }: EmittedMetric) => UNITS[unit] ?? (['', 1] as const);

const unitOf = (one: EmittedMetric | undefined) => (one === undefined ? '' : scaleOf(one)[0]);

/** All values in the unit of the first; what measures something else (bytes among seconds) is left out. */
function inOneUnit(found: readonly EmittedMetric[]): number[] {
  const unit = unitOf(found[0]);
  return found.flatMap((one) => {
    const [own, factor] = scaleOf(one);
    if (dimensionOf(own) !== dimensionOf(unit)) return [];
    return one.values.map((value) => inUnit(toBase(value * factor, own), unit));
  });
}

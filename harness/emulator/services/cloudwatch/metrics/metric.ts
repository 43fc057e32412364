/** What a metric is called: namespace, name and dimensions together. */
export interface Dimension {
  Name: string;
  Value: string;
}

export interface Metric {
  namespace: string;
  name: string;
  /** In order of their names. */
  dimensions: readonly Dimension[];
}

/** A metric as requests name it, its dimensions in order: it is the same however they were given. */
export const metricOf = (given: {
  Namespace?: string | undefined;
  MetricName?: string | undefined;
  Dimensions?: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined;
}): Metric => ({
  namespace: given.Namespace ?? '',
  name: given.MetricName ?? '',
  dimensions: (given.Dimensions ?? [])
    .map(({ Name = '', Value = '' }) => ({ Name, Value }))
    .sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0)),
});

const keys = new WeakMap<Metric, string>();

/** One text for one metric; made once for the same object. */
export function metricKey(metric: Metric): string {
  const known = keys.get(metric);
  if (known !== undefined) return known;
  const { namespace, name, dimensions } = metric;
  const key = JSON.stringify([namespace, name, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])]);
  keys.set(metric, key);
  return key;
}

/** A metric as ListMetrics shows it. */
export const metricShape = ({ namespace, name, dimensions }: Metric): object => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions,
});

/** What one datum adds: values with their counts, or a set of statistics summed up before. */
export type Samples =
  | { values: readonly number[]; counts: readonly number[] }
  | { sampleCount: number; sum: number; minimum: number; maximum: number };

export interface MetricDatum {
  metric: Metric;
  unit: string;
  timestampMs: number;
  /** Kept to the second instead of the minute. */
  highResolution?: boolean;
  samples: Samples;
}

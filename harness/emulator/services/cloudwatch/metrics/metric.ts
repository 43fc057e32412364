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

/** One text for one metric. */
export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])]);

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

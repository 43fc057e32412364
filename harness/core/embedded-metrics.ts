/**
 * The embedded metric format: log events whose `_aws` member says which of their members are metrics. Pure. An event
 * that does not follow the format is a log event like any other.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { firstJson } from './first-json.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Values of one metric at one time, as one log event holds them. */
export interface EmbeddedMetric {
  namespace: string;
  name: string;
  dimensions: { readonly [name: string]: string };
  /** As CloudWatch names units: `Count`, `Milliseconds` ... */
  unit: string;
  timestampMs: number;
  values: readonly number[];
  /** Kept to the second instead of the minute. */
  highResolution?: boolean;
}

const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;
const MAX_VALUES = 100;

/** The metrics an event holds; none for most. */
export function embeddedMetrics(event: { message: string; timestampMs: number }): EmbeddedMetric[] {
  const members = event.message.includes('"_aws"') ? firstJson(event.message) : undefined;
  const aws = members?.['_aws'];
  if (members === undefined || !isJsonObject(aws)) return [];
  const directives = aws['CloudWatchMetrics'];
  const atMs = aws['Timestamp'];
  if (!Array.isArray(directives)) return [];
  const time = typeof atMs === 'number' ? atMs : event.timestampMs;
  return directives.filter(isJsonObject).flatMap((directive) => pointsOf(directive, members, time));
}

function pointsOf(directive: JsonObject, event: JsonObject, timestampMs: number): EmbeddedMetric[] {
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (typeof namespace !== 'string' || !Array.isArray(metrics)) return [];
  const dimensions = (Array.isArray(sets) && sets.length > 0 ? sets : [[]]).flatMap((set) => {
    const found = dimensionsOf(set, event);
    return found ? [found] : [];
  });
  return metrics
    .slice(0, MAX_METRICS)
    .filter(isJsonObject)
    .flatMap((metric) => {
      const name = metric['Name'];
      const values = typeof name === 'string' ? numbersOf(event[name]) : [];
      if (typeof name !== 'string' || values.length === 0) return [];
      const unit = metric['Unit'];
      return dimensions.map((set) => ({
        namespace,
        name,
        dimensions: set,
        unit: typeof unit === 'string' ? unit : 'None',
        timestampMs,
        values,
        highResolution: metric['StorageResolution'] === 1,
      }));
    });
}

/** Names of members that hold a dimension's value; a set with one that is not there counts for nothing. */
function dimensionsOf(set: Json, event: JsonObject): { [name: string]: string } | undefined {
  if (!Array.isArray(set) || set.length > MAX_DIMENSIONS) return undefined;
  const entries = set.map((name): [string, string] | undefined => {
    const value = typeof name === 'string' ? event[name] : undefined;
    if (typeof name !== 'string' || value === undefined || value === null || typeof value === 'object')
      return undefined;
    return [name, String(value)];
  });
  return entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}

function numbersOf(value: Json | undefined): number[] {
  const list = Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value];
  return list.filter((one): one is number => typeof one === 'number' && Number.isFinite(one));
}

/**
 * What Logs Insights finds in the lines of Lambda: the platform's START, END and REPORT, as text or as JSON.
 * Sizes are in bytes of a decimal megabyte each. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import type { Value } from './values.ts';

const LINE = /^(START|END|REPORT) RequestId: ([\w-]{36})/;
/** Lines of functions: time, request id, level. */
const PREFIXED = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([\w-]{36})\t/;
const BYTES_PER_MB = 1_000_000;

const FIGURES: readonly [name: string, pattern: RegExp, factor: number][] = [
  ['@duration', /\tDuration: ([\d.]+) ms/, 1],
  ['@billedDuration', /\tBilled Duration: ([\d.]+) ms/, 1],
  ['@memorySize', /\tMemory Size: (\d+) MB/, BYTES_PER_MB],
  ['@maxMemoryUsed', /\tMax Memory Used: (\d+) MB/, BYTES_PER_MB],
  ['@initDuration', /\tInit Duration: ([\d.]+) ms/, 1],
];
const METRICS: readonly [name: string, member: string, factor: number][] = [
  ['@duration', 'durationMs', 1],
  ['@billedDuration', 'billedDurationMs', 1],
  ['@memorySize', 'memorySizeMB', BYTES_PER_MB],
  ['@maxMemoryUsed', 'maxMemoryUsedMB', BYTES_PER_MB],
  ['@initDuration', 'initDurationMs', 1],
];
const NONE: ReadonlyMap<string, Value> = new Map();

/** The fields of one line; none for a line of anything else. `json` is asked only when the line may hold it. */
export function lambdaFields(
  message: string,
  json: () => JsonObject | undefined,
): ReadonlyMap<string, Value> {
  const line = LINE.exec(message);
  if (line) {
    const found = new Map<string, Value>([
      ['@type', line[1]],
      ['@requestId', line[2]],
    ]);
    if (line[1] !== 'REPORT') return found;
    for (const [name, pattern, factor] of FIGURES) {
      const figure = pattern.exec(message)?.[1];
      if (figure !== undefined) found.set(name, Number(figure) * factor);
    }
    return found;
  }
  const prefixed = PREFIXED.exec(message);
  if (prefixed) return new Map([['@requestId', prefixed[1]]]);
  return message.includes('"platform.') ? ofPlatformEvent(json()) : NONE;
}

function ofPlatformEvent(event: JsonObject | undefined): ReadonlyMap<string, Value> {
  const type = /^platform\.(start|runtimeDone|report)$/.exec(String(event?.['type']))?.[1];
  const record = event?.['record'];
  if (type === undefined || !isJsonObject(record)) return NONE;
  const found = new Map<string, Value>();
  if (type !== 'runtimeDone') found.set('@type', type.toUpperCase());
  if (typeof record['requestId'] === 'string') found.set('@requestId', record['requestId']);
  const metrics = type === 'report' && isJsonObject(record['metrics']) ? record['metrics'] : {};
  for (const [name, member, factor] of METRICS) {
    const figure = metrics[member];
    if (typeof figure === 'number') found.set(name, figure * factor);
  }
  return found;
}

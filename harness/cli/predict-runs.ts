import { writeFileSync } from 'node:fs';
import { AWS_LIMITS, type AwsLimits, limitsOf } from '../core/limits.ts';
import { usageOf } from '../metrics/cost/usage.ts';
import type { RunRecord } from '../record/run-record.ts';
import { usd } from '../reports/cost-table.ts';
import { loadRun } from '../reports/saved-run.ts';
import { renderTable } from '../reports/terminal.ts';
import { predict } from '../simulate/predict.ts';
import type { Profile } from '../simulate/profile.ts';
import { profileOf } from '../simulate/profile-runs.ts';
import { type Interval, type PredictionSummary, summarize } from '../simulate/summary.ts';
import { writeReport } from './report-options.ts';
import { findRunFolders } from './run-folders.ts';
import { wantsColor } from './wants-color.ts';

/** Options as they are typed. */
export interface PredictOptions {
  data: number;
  partitionSize?: number[];
  concurrency?: number;
  cores?: number;
  limits?: AwsLimits;
  region?: string;
  architecture?: 'x86_64' | 'arm64';
  seed: string;
  json?: string;
}

/** Prints a row for each partition size; writes the same figures as JSON where asked for. */
export async function predictRuns(names: readonly string[], options: PredictOptions): Promise<void> {
  const records = names.flatMap(findRunFolders).map((folder) => loadRun(folder).record);
  const profile = profileOf(records);
  const { concurrency, region, architecture } = options;
  const pricing = { ...(region ? { region } : {}), ...(architecture ? { architecture } : {}) };
  const summaries = (options.partitionSize ?? profile.partitionBytes).map((partitionBytes) =>
    summarize(
      predict(profile, {
        sizeBytes: options.data,
        partitionBytes,
        limits: options.limits ?? limitsOf('aws-default'),
        cores: options.cores ?? Number.POSITIVE_INFINITY,
        seed: options.seed,
        ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
      }),
      restOf(nearest(records, partitionBytes)),
      pricing,
    ),
  );
  const { json } = options;
  if (json !== undefined) {
    const written = { source: profile.source, sizeBytes: options.data, predictions: summaries };
    writeReport(json, () => writeFileSync(json, `${JSON.stringify(written, null, 2)}\n`));
  }
  process.stdout.write(`${render(summaries, profile, options)}\n`);
}

/** The run whose partitions are nearest in size: its S3 requests, logs and metrics are scaled. */
function nearest(records: readonly RunRecord[], partitionBytes: number): RunRecord {
  const distance = ({ dataset }: RunRecord) => {
    const partitions = dataset?.partitions ?? [];
    const bytes = partitions.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    return Math.abs(bytes / Math.max(1, partitions.length) - partitionBytes);
  };
  return [...records].sort((a, b) => distance(a) - distance(b))[0]!;
}

const restOf = (record: RunRecord) => ({
  usage: usageOf(record).filter(({ part }) => part !== 'lambda' && part !== 'stepFunctions'),
  from: record.dataset?.partitions.length ?? 1,
});

const megabytes = (bytes: number) => `${Number((bytes / 1024 ** 2).toPrecision(3))} MB`;
const range = ({ low, high }: Interval, render: (value: number) => string): string =>
  render(low) === render(high) ? '' : ` (${render(low)} to ${render(high)})`;
const shown = (interval: Interval, render: (value: number) => string): string =>
  `${render(interval.p50)}${range(interval, render)}`;
const seconds = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} s`;
const whole = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

function render(
  summaries: readonly PredictionSummary[],
  { source }: Profile,
  options: PredictOptions,
): string {
  const where = options.cores === undefined ? 'AWS' : `one machine of ${options.cores} cores`;
  const table = {
    head: ['partitions', 'time', 'cost', 'GB-s', 'cold', 'at once', 'limited by'],
    rows: summaries.map((one) => [
      `${whole(one.partitions)} of ${megabytes(one.partitionBytes)}`,
      shown(one.durationS, seconds),
      shown(one.costUSD, (value) => usd(value, value >= 1 ? 2 : 4)),
      whole(one.lambdaGbS.p50),
      whole(one.coldStarts.p50),
      whole(one.peakConcurrency.p50),
      limitedBy(one),
    ]),
    notes: [
      `Modelled: median of ${[...new Set(summaries.map(({ draws }) => draws))].join(' or ')} draws and the 90 % of them in the middle, on ${where}.`,
      `Function durations are as measured on ${source.backend} (${source.cpuModel}, ${source.cpus} cores): ` +
        (source.backend === 'aws' ? 'on Lambda itself.' : "Lambda's cores are not calibrated against these."),
    ],
  };
  const risks = summaries.flatMap(({ partitionBytes, risks: found }) =>
    found.map(({ text, source: page }) => `  ! ${megabytes(partitionBytes)}: ${text}\n    ${page}`),
  );
  return [renderTable(table, wantsColor()), ...risks].join('\n');
}

/** The greatest part of the time, as far as the model tells. */
function limitedBy(one: PredictionSummary): string {
  const longest = [...one.states].sort((a, b) => b.durationMs - a.durationMs)[0];
  if (!longest) return '-';
  const share = (ms: number) => `${Math.round((100 * ms) / 1000 / one.durationS.p50)} %`;
  if (one.peakConcurrency.p50 >= AWS_LIMITS.lambdaConcurrentExecutions.value) return 'concurrency';
  if (one.dispatchMs > one.longestChildMs) return `starting children, ${share(one.dispatchMs)}`;
  return `${longest.state}, ${share(longest.durationMs)}`;
}

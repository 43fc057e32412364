/** What this domain adds to reports. */
import { isJsonObject, type Json } from '../../../core/json.ts';
import { pricesOf, usdOf } from '../../../metrics/cost/price-table.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { usd } from '../../../reports/cost-table.ts';
import { textTable } from '../../../reports/html/comparison.ts';
import { html } from '../../../reports/html/markup.ts';
import type { ChildResult, PackColumn, PackSections } from '../../../reports/pack-sections.ts';
import {
  dataPathsOf,
  type InferenceResult,
  partitionMBOf,
  predictionsOf,
  resultsOf,
} from '../evidence/results.ts';
import { meanBilledSeconds } from '../published/aws-runs.ts';
import { type PublishedCost, published as publishedMeans } from '../published/published-means.ts';
import { type RedshiftFigures, redshiftExpressions, redshiftFigures } from './figures.ts';
import { publishedTable } from './published-table.ts';
import { redshifts } from './redshifts.ts';
import { published } from './seed-figures.ts';
import { seedTable } from './seed-table.ts';
import { sizePlots } from './size-plots.ts';

const column = (
  head: string,
  before: string | undefined,
  name: keyof RedshiftFigures,
  render: (value: number) => string,
): PackColumn => ({
  head,
  ...(before === undefined ? {} : { before }),
  value(record) {
    const value = redshiftFigures(record)[name];
    return value === undefined ? '-' : render(value);
  },
});

const whole = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export const redshiftSections: PackSections = {
  columns: [
    column('files', 'duration', 'partitions', whole),
    column('batches', 'peak memory', 'batches', whole),
    column('s/batch', 'peak memory', 'secondsPerBatch', (s) => s.toFixed(3)),
    column('samples/s', 'peak memory', 'samplesPerSecond', whole),
    column('Mbps', 'peak memory', 'throughputMbps', (mbps) => mbps.toFixed(1)),
    column('CPU', 'peak memory', 'cpuS', (s) => `${s.toFixed(2)} s`),
    column('cold', undefined, 'coldStarts', whole),
  ],
  columnsNote: 's/batch, samples/s, Mbps and CPU are means per worker',
  tables: [
    { onTerminal: true, make: seedTable },
    { onTerminal: false, make: publishedTable },
  ],
  extrapolation: {
    heads: ['authors (12.6 GB)', 'their Lambda bill'],
    cells(record) {
      const size = partitionMBOf(record.dataset);
      const authors = publishedMeans.costs.find(({ partitionMB }) => partitionMB === size);
      if (!authors) return ['-', '-'];
      const bill = billUSD(authors);
      // As many digits as the authors gave.
      return [usd(authors.publishedUSD, 2), bill === undefined ? 'not known' : usd(bill, 2)];
    },
    note:
      'The authors multiplied files, profiler seconds and the memory a function used. Lambda bills the configured ' +
      'memory, 10,240 MB there, for the billed duration: the last column takes their REPORT lines, which exist for 75 MB.',
  },
  html: {
    summary: sizePlots,
    comparison: (outcomes) => {
      const seed = seedTable(outcomes);
      return html`<h3>Beside the published values</h3>
${textTable(publishedTable(outcomes))}
${
  seed
    ? textTable({ ...seed, title: 'Per worker, for partitions of 50 MB where there are any' })
    : html`<p>No run has partitions of a known size to put beside the published values.</p>`
}`;
    },
    run: [{ id: 'redshifts', title: 'Redshifts', render: redshifts }],
  },
  distributions: [
    ['inference.duration', 'Duration of an inference invocation'],
    ['function.inference.memory', 'Peak memory of a worker'],
    ['samplesPerSecond', 'Samples per second of a worker'],
    ['throughput', 'Throughput of a worker'],
  ],
  repeated: ['median(inference.duration)', 'p95(inference.duration)', 'mean(samplesPerSecond)'],
  figures: redshiftExpressions,
  published: { ...published },
  differences: (records) => predictionDifference(records),
  childResults(record) {
    const results = resultsOf(record);
    const byKey = new Map(results.map((one) => [`${one.result_path}/${one['rank']}.json`, childResult(one)]));
    const byRequest = new Map(results.map((one) => [one['request_id'], childResult(one)]));
    return {
      of({ output, input }) {
        const key = field(output, 'result_key');
        const path = field(input, 'DATA_PATH');
        const found = typeof key === 'string' ? byKey.get(key) : undefined;
        return found ?? (typeof path === 'string' ? { value: null, item: path, phases: [] } : undefined);
      },
      ofRequest: (requestId) => byRequest.get(requestId),
    };
  },
};

/** Lambda's charge by the authors' REPORT lines; `undefined` for partition sizes that have none. */
function billUSD({ files, partitionMB }: PublishedCost): number | undefined {
  const billedSeconds = meanBilledSeconds(partitionMB);
  if (billedSeconds === undefined) return undefined;
  return files * billedSeconds * (publishedMeans.memoryMB / 1024) * usdOf(pricesOf(), 'lambdaGbSecondX64');
}

function childResult(result: InferenceResult): ChildResult {
  const requestId = result['request_id'];
  const phase = (kind: 'S3' | 'compute', ...names: string[]) => ({
    kind,
    durationMs: names.reduce((total, name) => {
      const value = field(result['phases'], `${name}_s`);
      return total + (typeof value === 'number' ? value * 1000 : 0);
    }, 0),
  });
  return {
    value: result,
    item: dataPathsOf(result).join(', '),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    phases: [
      phase('compute', 'model'),
      phase('S3', 'read'),
      phase('compute', 'parse', 'inference'),
      phase('S3', 'write'),
    ],
  };
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  isJsonObject(value) ? value[name] : undefined;

/** Largest difference of a predicted redshift to the first record's. */
function predictionDifference(records: readonly (RunRecord | undefined)[]) {
  const tables = records.map(zBySample);
  const [first] = tables;
  if (!first || first.size === 0) return [];
  const values = tables.map((table, i) => {
    if (i === 0) return `${table.size} samples`;
    let largest = 0;
    let missing = 0;
    for (const [sample, z] of first) {
      const other = table.get(sample);
      if (other === undefined) missing++;
      else largest = Math.max(largest, Math.abs(other - z));
    }
    return `max |dz| ${largest.toExponential(1)}${missing > 0 ? `, ${missing} missing` : ''}`;
  });
  return values.slice(1).every((text) => text === 'max |dz| 0.0e+0') ? [] : [{ what: 'predictions', values }];
}

function zBySample(record: RunRecord | undefined): Map<string, number> {
  const all = new Map<string, number>();
  for (const { dataPath, sample, zPred } of record ? predictionsOf(record) : []) {
    for (const [i, z] of zPred.entries()) all.set(`${dataPath[i]}#${sample[i]}`, z);
  }
  return all;
}

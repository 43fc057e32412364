/** Runs beside each other: cost and speed against partition size, distributions per size, the published values. */
import * as Plot from '@observablehq/plot';
import { metrics } from '../../metrics/index.ts';
import { formatNumber } from '../../metrics/quantity.ts';
import { percentile } from '../../metrics/threshold.ts';
import { publishedTable } from '../../packs/redshift/reports/published-table.ts';
import { PUBLISHED_PARTITION_MB, published } from '../../packs/redshift/reports/seed-figures.ts';
import { seedTable } from '../../packs/redshift/reports/seed-table.ts';
import type { InferenceResult, RunRecord } from '../../record/run-record.ts';
import type { RunOutcome } from '../../scenario/outcome.ts';
import { type CostOptions, costTable, extrapolationTable, stateCostTable } from '../cost-table.ts';
import { figuresOf } from '../figures.ts';
import { labelOf, runTable } from '../run-table.ts';
import type { ReportTable } from '../table.ts';
import { html, type Markup, table } from './markup.ts';
import { figure, SMALL } from './plot.ts';
import { wallTimeParts } from './stages.ts';

export function comparison(outcomes: readonly RunOutcome[], cost: CostOptions = {}): Markup {
  const judged = outcomes.filter((outcome) => outcome.record.invocations.length > 0);
  if (judged.length === 0) return html`<p>No run came so far as to be measured.</p>`;
  const runs = runTable(outcomes);
  const seed = seedTable(outcomes);
  return html`${answer(judged)}
<div class="plots">${trends(judged)}</div>
${runs && html`${table('Figures of each run', runs.head, runs.rows)}${runs.notes.map((note) => html`<p class="note">${note}</p>`)}`}
<h3>Where the time went</h3>
${wallTimeParts(outcomes)}
<h3>Distributions</h3>
<div class="plots pairs">${DISTRIBUTIONS.map(([name, title]) => distribution(judged, name, title))}</div>
<h3>Cost</h3>
${[costTable, extrapolationTable].map((make) => textTable(make(outcomes, cost)))}
${folded(stateCostTable(outcomes, cost))}
<h3>Beside the published values</h3>
${textTable(publishedTable(outcomes))}
${
  seed
    ? html`${table('Per worker, for partitions of 50 MB where there are any', seed.head, seed.rows)}${seed.notes.map((note) => html`<p class="note">${note}</p>`)}`
    : html`<p>No run has partitions of a known size to put beside the published values.</p>`
}`;
}

/** Long tables that answer a second question unfold on demand. */
function folded(found: ReportTable | undefined): Markup | undefined {
  if (!found) return undefined;
  return html`<details class="more-rows"><summary>${found.title}</summary>${textTable(found)}</details>`;
}

function textTable(found: ReportTable | undefined): Markup | undefined {
  if (!found) return undefined;
  return html`${table(found.title, found.head, found.rows)}${found.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

interface SizePoint {
  label: string;
  sizeMB: number;
  samples: number;
  durationS: number;
  costPerMillion: number;
  samplesPerSecond: number;
}

/** Mean size of the partitions: as planned, else as uploaded. */
function sizeMBOf(record: RunRecord): number | undefined {
  const { dataset } = record;
  if (!dataset || dataset.partitions.length === 0) return undefined;
  const bytes = dataset.partitions.reduce((total, one) => total + one.sizeBytes, 0);
  return dataset.partitionMB ?? bytes / dataset.partitions.length / 1024 ** 2;
}

function samplesOf(result: InferenceResult): number {
  const samples = result['total_samples'];
  return typeof samples === 'number' ? samples : 0;
}

function sizePoints(outcomes: readonly RunOutcome[]): SizePoint[] {
  return outcomes
    .flatMap((outcome): SizePoint[] => {
      const figures = figuresOf(outcome.record);
      const sizeMB = sizeMBOf(outcome.record);
      const samples = outcome.record.results.reduce((total, one) => total + samplesOf(one), 0);
      const { costUSD, durationS, samplesPerSecond } = figures;
      if (sizeMB === undefined || samples === 0) return [];
      if (costUSD === undefined || durationS === undefined || samplesPerSecond === undefined) return [];
      const costPerMillion = (costUSD / samples) * 1e6;
      return [
        { label: labelOf(outcome, outcomes), sizeMB, samples, durationS, costPerMillion, samplesPerSecond },
      ];
    })
    .sort((a, b) => a.sizeMB - b.sizeMB);
}

/** The question of the seed in one sentence: which partition size is the cheapest, which the fastest. */
function answer(outcomes: readonly RunOutcome[]): Markup | undefined {
  const points = sizePoints(outcomes);
  if (new Set(points.map((one) => one.sizeMB)).size < 2) return undefined;
  const least = (value: (one: SizePoint) => number) =>
    points.reduce((best, one) => (value(one) < value(best) ? one : best));
  const cheapest = least((one) => one.costPerMillion);
  const fastest = least((one) => one.durationS / one.samples);
  const name = (point: SizePoint) => `${formatNumber(point.sizeMB)} MB`;
  return html`<p class="answer">Of these partition sizes <strong>${name(cheapest)}</strong> is the cheapest ($${formatNumber(cheapest.costPerMillion)} per million galaxies on AWS) and <strong>${name(fastest)}</strong> the fastest from start to end on this machine.</p>`;
}

function trends(outcomes: readonly RunOutcome[]): Markup[] {
  const points = sizePoints(outcomes);
  const sizes = [...new Set(points.map((one) => one.sizeMB))];
  if (sizes.length < 2) return [];
  // Of several runs at one size the line takes the median.
  const middles = (y: keyof SizePoint & string) =>
    sizes.map((sizeMB) => {
      const own = points.filter((one) => one.sizeMB === sizeMB).map((one) => Number(one[y]));
      return { sizeMB, value: percentile(own, 50) };
    });
  const trend = (title: string, label: string, y: keyof SizePoint & string, also: Plot.Markish[] = []) =>
    figure({
      title,
      description: points
        .map((one) => `${formatNumber(one.sizeMB)} MB: ${formatNumber(Number(one[y]))}`)
        .join('; '),
      options: {
        ...SMALL,
        marginTop: 36,
        x: {
          label: 'partition size, MB',
          insetLeft: 26,
          insetRight: 26,
          ticks: sizes,
          tickFormat: digits,
        },
        y: { label, grid: true, zero: true, insetTop: 22 },
        marks: [
          Plot.ruleY([0]),
          Plot.line(middles(y), { x: 'sizeMB', y: 'value', stroke: 'var(--c1)', strokeWidth: 2 }),
          Plot.dot(points, { x: 'sizeMB', y, fill: 'var(--c1)', r: 4 }),
          Plot.text(middles(y), {
            x: 'sizeMB',
            y: 'value',
            text: ({ value }: { value: number }) => digits(value),
            dy: -11,
          }),
          ...also,
        ],
      },
    });
  const awsRate = published.samplesPerSecond.aws;
  const aws = sizes.includes(PUBLISHED_PARTITION_MB) ? [{ x: PUBLISHED_PARTITION_MB, y: awsRate }] : [];
  const isLeft = PUBLISHED_PARTITION_MB < (Math.min(...sizes) + Math.max(...sizes)) / 2;
  return [
    trend('Cost against partition size', 'USD per million galaxies on AWS', 'costPerMillion'),
    trend('Time of the execution', 'seconds from start to end', 'durationS'),
    trend('Speed of a worker', 'samples per second', 'samplesPerSecond', [
      Plot.dot(aws, {
        x: 'x',
        y: 'y',
        symbol: 'diamond',
        r: 5,
        fill: 'var(--c2)',
      }),
      Plot.text(aws, {
        x: 'x',
        y: 'y',
        text: () => `published AWS: ${awsRate}`,
        textAnchor: isLeft ? 'start' : 'end',
        dx: isLeft ? 9 : -9,
      }),
    ]),
  ];
}

/** Three digits that mean something, none that do not. */
const digits = (value: number): string =>
  value >= 1000
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : String(Number(value.toPrecision(3)));

const bySize = (outcomes: readonly RunOutcome[]): RunOutcome[] =>
  outcomes.toSorted((a, b) => (sizeMBOf(a.record) ?? 0) - (sizeMBOf(b.record) ?? 0));

const DISTRIBUTIONS = [
  ['inference.duration', 'Duration of an inference invocation'],
  ['memory', 'Peak memory of a worker'],
  ['samplesPerSecond', 'Samples per second of a worker'],
  ['throughput', 'Throughput of a worker'],
] as const;
/** Runs with more values than this show quartiles and a sample of the values. */
const MAX_DOTS = 400;

function distribution(all: readonly RunOutcome[], name: string, title: string): Markup | undefined {
  const metric = metrics.find((one) => one.name === name);
  if (!metric) return undefined;
  const outcomes = bySize(all);
  const labels = outcomes.map((outcome) => labelOf(outcome, outcomes));
  const groups = outcomes.map((outcome, index) => ({
    label: labels[index]!,
    values: metric.values(outcome.record),
  }));
  const points = groups.flatMap(({ label, values }) => values.map((value) => ({ label, value })));
  if (points.length === 0) return undefined;
  const dots = groups.flatMap(({ label, values }) => {
    const step = Math.max(1, Math.ceil(values.length / MAX_DOTS));
    return values.filter((_, index) => index % step === 0).map((value) => ({ label, value }));
  });
  const extent = ({ values }: { values: number[] }) => {
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return `${formatNumber(low)} to ${formatNumber(high)} ${metric.unit}`;
  };
  const longest = Math.max(...labels.map((label) => label.length));
  return figure({
    title,
    description: `${metric.description}. ${groups
      .filter((group) => group.values.length > 0)
      .map((group) => `${group.label}: ${extent(group)}`)
      .join('; ')}`,
    note: html`<code>${name}</code>${metric.clock !== 'none' && `, clock: ${metric.clock}`}; box: quartiles and median`,
    options: {
      height: 90 + 50 * labels.length,
      marginLeft: Math.min(220, 20 + longest * 7),
      marginRight: 24,
      x: { label: metric.unit || name, grid: true, zero: true },
      y: { label: null, domain: [...new Set(labels)] },
      marks: [
        Plot.dot(dots, { x: 'value', y: 'label', r: 2.5, fill: 'var(--c1)', fillOpacity: 0.5 }),
        Plot.boxX(points, { x: 'value', y: 'label', fillOpacity: 0.15, r: 0, strokeWidth: 1.5 }),
      ],
    },
  });
}

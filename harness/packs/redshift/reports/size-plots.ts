/** Cost and speed against partition size: the question of the pipeline's authors. */
import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../../metrics/quantity.ts';
import { percentile } from '../../../metrics/threshold.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { html, type Markup } from '../../../reports/html/markup.ts';
import { figure, SMALL } from '../../../reports/html/plot.ts';
import { labelOf } from '../../../reports/run-table.ts';
import type { RunOutcome } from '../../../scenario/outcome.ts';
import { type InferenceResult, partitionMBOf, resultsOf } from '../evidence/results.ts';
import { redshiftFigures } from './figures.ts';
import { PUBLISHED_PARTITION_MB, published } from './seed-figures.ts';

/** The answer in a sentence, and the plots behind it. */
export const sizePlots = (outcomes: readonly RunOutcome[]): Markup =>
  html`${answer(outcomes)}
<div class="plots">${trends(outcomes)}</div>`;

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
  return partitionMBOf(dataset) ?? bytes / dataset.partitions.length / 1024 ** 2;
}

function samplesIn(result: InferenceResult): number {
  const samples = result['total_samples'];
  return typeof samples === 'number' ? samples : 0;
}

function sizePoints(outcomes: readonly RunOutcome[]): SizePoint[] {
  return outcomes
    .flatMap((outcome): SizePoint[] => {
      const figures = redshiftFigures(outcome.record);
      const sizeMB = sizeMBOf(outcome.record);
      const samples = resultsOf(outcome.record).reduce((total, one) => total + samplesIn(one), 0);
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

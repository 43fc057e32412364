/**
 * Figures of a run beside those it is compared with, each as a multiple of the reference's median: the band is what
 * is borne, grey dots are the reference, the run lies on its 95 % interval.
 */
import * as Plot from '@observablehq/plot';
import type { ReferenceComparison } from '../../assertions/assertion.ts';
import { formatNumber, formatQuantity } from '../../metrics/quantity.ts';
import { percentile } from '../../metrics/threshold.ts';
import type { JudgedVerdict, RunOutcome } from '../../scenario/outcome.ts';
import { html, type Markup } from './markup.ts';
import { figure } from './plot.ts';

const TITLES = { baseline: 'Against the baseline', published: 'Against the published runs' } as const;

type Compared = JudgedVerdict & { against: ReferenceComparison };

/** A figure per kind of reference; nothing when the run was compared with none. */
export function referencePlots({ verdicts }: RunOutcome): Markup | undefined {
  const compared = verdicts.filter((one): one is Compared => one.against !== undefined);
  if (compared.length === 0) return undefined;
  const kinds = (['baseline', 'published'] as const).filter((kind) =>
    compared.some(({ against }) => against.reference === kind),
  );
  return html`${kinds.map((kind) =>
    plotOf(
      TITLES[kind],
      compared.filter(({ against }) => against.reference === kind),
    ),
  )}`;
}

/** Beyond this span of ratios equal steps are equal factors. */
const MOST_LINEAR = 4;

function plotOf(title: string, compared: readonly Compared[]): Markup {
  const rows = compared.map(({ against, outcome }) => {
    const middle = percentile(against.referenceValues, 50);
    return {
      ...against,
      failed: outcome === 'failed',
      middle,
      own: against.values.map((value) => value / middle),
      theirs: against.referenceValues.map((value) => value / middle),
    };
  });
  const seen = rows.flatMap(({ own, theirs, ratio, borne }) => [
    ...[...own, ...theirs, ratio.low, ratio.high, 1],
    ...Object.values(borne).filter((bound) => bound > 0),
  ]);
  const finite = seen.filter((value) => Number.isFinite(value) && value > 0);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const isWide = most / least > MOST_LINEAR;
  const room = isWide ? 1.3 : 1 + Math.max(0.05, 0.15 * (most - least));
  const domain: [number, number] = [least / room, most * room];
  const dots = (pick: (row: (typeof rows)[number]) => number[]) =>
    rows.flatMap((row) => pick(row).map((x) => ({ x, y: row.metric, failed: row.failed })));
  const longest = Math.max(...rows.map(({ metric }) => metric.length));
  const colour = (one: { failed: boolean }) => (one.failed ? 'var(--bad)' : 'var(--c1)');
  return figure({
    title,
    description: rows.map(describe).join('; '),
    note: html`multiples of the reference's median; green: what is borne; grey: the reference; line: 95 % interval of the run`,
    wide: true,
    options: {
      height: 70 + 44 * rows.length,
      marginLeft: Math.min(340, 24 + longest * 7),
      marginRight: 20,
      x: {
        label: 'run / reference',
        domain,
        type: isWide ? 'log' : 'linear',
        grid: true,
        ticks: isWide ? logTicks(domain) : 8,
        tickFormat: (value: number) => `${formatNumber(value)}x`,
      },
      y: { label: null, domain: rows.map(({ metric }) => metric), type: 'band', padding: 0.25 },
      marks: [
        Plot.barX(rows, {
          x1: ({ borne }) => Math.max(borne.low ?? 0, domain[0]),
          x2: ({ borne }) => Math.min(borne.high ?? Number.POSITIVE_INFINITY, domain[1]),
          y: 'metric',
          fill: 'var(--good)',
          fillOpacity: 0.16,
        }),
        Plot.ruleX([1], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        Plot.dot(
          dots(({ theirs }) => theirs),
          { x: 'x', y: 'y', r: 4, fill: 'var(--c5)', fillOpacity: 0.6, dy: 7 },
        ),
        Plot.ruleY(rows, {
          x1: ({ ratio }) => Math.max(ratio.low, domain[0]),
          x2: ({ ratio }) => Math.min(ratio.high, domain[1]),
          y: 'metric',
          stroke: colour,
          strokeWidth: 2,
          dy: -5,
        }),
        Plot.dot(
          dots(({ own }) => own),
          { x: 'x', y: 'y', r: 4.5, fill: colour, dy: -5 },
        ),
      ],
    },
  });
}

function describe({
  metric,
  values,
  unit,
  middle,
  ratio,
  failed,
}: ReferenceComparison & { middle: number; failed: boolean }) {
  const own = formatQuantity(percentile(values, 50), unit);
  const reference = formatQuantity(middle, unit);
  return `${metric}: ${own} beside ${reference}, ${formatNumber(ratio.low)} to ${formatNumber(ratio.high)} times, ${failed ? 'beyond what is borne' : 'borne'}`;
}

/** 1, 2 and 5 of each decade within the domain. */
function logTicks([least, most]: [number, number]): number[] {
  const decades = Array.from({ length: 13 }, (_, index) => 10 ** (index - 6));
  return decades.flatMap((one) => [one, 2 * one, 5 * one]).filter((tick) => tick >= least && tick <= most);
}

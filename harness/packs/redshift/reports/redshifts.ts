/**
 * Redshifts as astronomers draw them: z_pred against z_true with the one-to-one line and the outlier bounds, the
 * residuals dz = (z_pred - z_true) / (1 + z_true) with their running median, and their distribution.
 */
import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../../metrics/quantity.ts';
import { percentile } from '../../../metrics/threshold.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import { html, type Markup } from '../../../reports/html/markup.ts';
import { figure, SMALL } from '../../../reports/html/plot.ts';
import { predictionsOf } from '../evidence/results.ts';
import { qualityOf } from '../metrics/prediction-figures.ts';
import { redshiftsByPartition } from '../verification/truth.ts';

/** Beyond this |dz| a prediction is an outlier (Hildebrandt et al. 2010). */
const OUTLIER_LIMIT = 0.15;
/** More points than these are drawn as their density. */
const MAX_DOTS = 2500;
const SLICES = 20;
const MIN_IN_SLICE = 5;

interface Galaxy {
  zTrue: number;
  zPred: number;
  dz: number;
}

export function redshifts(record: RunRecord): Markup {
  const galaxies = galaxiesOf(record);
  if (galaxies.length === 0)
    return html`<p>The record holds no predictions whose true redshifts are known.</p>`;
  const { point: quality } = qualityOf(record);
  const figures = [
    ['galaxies', formatNumber(quality.count)],
    ['bias', quality.bias.toFixed(5)],
    ['sigma NMAD', quality.sigmaNMAD.toFixed(5)],
    ['outliers', `${(quality.outlierFraction * 100).toFixed(2)}%`],
    ['MAE', quality.MAE.toFixed(5)],
    ['R2', quality.R2.toFixed(4)],
  ];
  return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<div class="plots">${scatter(galaxies)}${residuals(galaxies)}${distribution(galaxies, quality.sigmaNMAD)}</div>
<p class="note">dz = (z_pred - z_true) / (1 + z_true); outliers are |dz| > ${OUTLIER_LIMIT}; sigma NMAD = 1.4826 x median |dz - median(dz)|.${
    quality.count > galaxies.length &&
    ` ${quality.count - galaxies.length} predictions are no numbers and not drawn.`
  }</p>`;
}

function galaxiesOf(record: RunRecord): Galaxy[] {
  const galaxies: Galaxy[] = [];
  const known = redshiftsByPartition(record);
  for (const { zPred, dataPath, sample } of predictionsOf(record)) {
    for (let index = 0; index < zPred.length; index++) {
      const truth = known.get(dataPath[index]!)?.[sample[index]!];
      if (truth === undefined) continue;
      const dz = (zPred[index]! - truth) / (1 + truth);
      if (Number.isFinite(dz)) galaxies.push({ zTrue: truth, zPred: zPred[index]!, dz });
    }
  }
  return galaxies;
}

function scatter(galaxies: readonly Galaxy[]): Markup {
  const most = galaxies.reduce((top, { zTrue, zPred }) => Math.max(top, zTrue, zPred), 0) * 1.02;
  const line = [0, most];
  const bound = (sign: number) =>
    Plot.line(
      line.map((z) => ({ x: z, y: z + sign * OUTLIER_LIMIT * (1 + z) })),
      { x: 'x', y: 'y', stroke: 'currentColor', strokeDasharray: '4 4', clip: true },
    );
  return figure({
    title: 'Predicted against true redshift',
    description: `${galaxies.length} galaxies; the solid line is z_pred = z_true, the dashed ones bound the outliers.`,
    note: densityNote(galaxies),
    options: {
      ...SMALL,
      x: { label: 'z_true', domain: line },
      y: { label: 'z_pred', domain: line, grid: true },
      color: { scheme: 'viridis', type: 'log' },
      marks: [
        Plot.frame({ strokeOpacity: 0.3 }),
        ...cloud(galaxies, 'zPred'),
        Plot.line(line, { x: (z: number) => z, y: (z: number) => z, stroke: 'var(--c2)', strokeWidth: 1.5 }),
        bound(1),
        bound(-1),
      ],
    },
  });
}

function residuals(galaxies: readonly Galaxy[]): Markup {
  const slices = medians(galaxies);
  const reach = Math.max(
    0.2,
    1.05 *
      percentile(
        galaxies.map(({ dz }) => Math.abs(dz)),
        99.9,
      ),
  );
  return figure({
    title: 'Residuals',
    description: 'dz against the true redshift, with the running median and the range that holds 68%.',
    note: html`median (line) and central 68% (band)`,
    options: {
      ...SMALL,
      x: { label: 'z_true' },
      y: { label: 'dz', domain: [-reach, reach], grid: true },
      color: { scheme: 'viridis', type: 'log' },
      marks: [
        Plot.frame({ strokeOpacity: 0.3 }),
        ...cloud(
          galaxies.filter(({ dz }) => Math.abs(dz) <= reach),
          'dz',
        ),
        Plot.areaY(slices, { x: 'z', y1: 'low', y2: 'high', fill: 'var(--c2)', fillOpacity: 0.25 }),
        Plot.line(slices, { x: 'z', y: 'median', stroke: 'var(--c2)', strokeWidth: 2 }),
        Plot.ruleY([0]),
        Plot.ruleY([-OUTLIER_LIMIT, OUTLIER_LIMIT], { strokeDasharray: '4 4' }),
      ],
    },
  });
}

function distribution(galaxies: readonly Galaxy[], sigma: number): Markup {
  const reach = Math.max(0.05, Math.min(0.5, 6 * sigma));
  return figure({
    title: 'Distribution of the residuals',
    description: 'Histogram of dz; sigma NMAD is marked on either side of zero.',
    note: html`dashed: ± sigma NMAD`,
    options: {
      ...SMALL,
      x: { label: 'dz', domain: [-reach, reach] },
      y: { label: 'galaxies', grid: true },
      marks: [
        Plot.rectY(
          galaxies.filter(({ dz }) => Math.abs(dz) <= reach),
          Plot.binX({ y: 'count' }, { x: 'dz', thresholds: 60, fill: 'var(--c1)' } as never),
        ),
        Plot.ruleY([0]),
        Plot.ruleX([0]),
        Plot.ruleX([-sigma, sigma], { strokeDasharray: '4 4' }),
      ],
    },
  });
}

/** Dots as long as they can be told apart, with outliers marked; hexagons by density beyond. */
function cloud(galaxies: readonly Galaxy[], y: 'zPred' | 'dz'): Plot.Markish[] {
  const isOutlier = ({ dz }: Galaxy) => Math.abs(dz) > OUTLIER_LIMIT;
  const outliers = Plot.dot(galaxies.filter(isOutlier).slice(0, MAX_DOTS), {
    x: 'zTrue',
    y,
    r: 2.2,
    symbol: 'times',
    stroke: 'var(--bad)',
  });
  if (galaxies.length <= MAX_DOTS) {
    const inliers = galaxies.filter((galaxy) => !isOutlier(galaxy));
    return [Plot.dot(inliers, { x: 'zTrue', y, r: 1.6, fill: 'var(--c1)', fillOpacity: 0.5 }), outliers];
  }
  const hexagons = Plot.hexbin({ fill: 'count' }, { x: 'zTrue', y, binWidth: 7 } as Plot.DotOptions);
  return [Plot.hexagon(galaxies as Galaxy[], hexagons as Plot.DotOptions), outliers];
}

const densityNote = (galaxies: readonly Galaxy[]) =>
  galaxies.length > MAX_DOTS
    ? html`colour: galaxies per cell, logarithmic; crosses: outliers`
    : html`crosses: outliers`;

interface Slice {
  z: number;
  low: number;
  median: number;
  high: number;
}

function medians(galaxies: readonly Galaxy[]): Slice[] {
  const most = galaxies.reduce((top, { zTrue }) => Math.max(top, zTrue), 0) || 1;
  const slices = Array.from({ length: SLICES }, () => [] as number[]);
  for (const { zTrue, dz } of galaxies) {
    slices[Math.min(SLICES - 1, Math.max(0, Math.floor((zTrue / most) * SLICES)))]!.push(dz);
  }
  return slices.flatMap((values, index) =>
    values.length < MIN_IN_SLICE
      ? []
      : [
          {
            z: ((index + 0.5) / SLICES) * most,
            low: percentile(values, 16),
            median: percentile(values, 50),
            high: percentile(values, 84),
          },
        ],
  );
}

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
import type { DensityQuality } from '../metrics/density-quality.ts';
import { qualityOf } from '../metrics/prediction-figures.ts';
import { redshiftsByPartition } from '../verification/truth.ts';
import { binTable, type IdentifiedGalaxy, worstTable } from './redshift-tables.ts';

/** Beyond this |dz| a prediction is an outlier (Hildebrandt et al. 2010). */
const OUTLIER_LIMIT = 0.15;
/** More points than these are drawn as their density. */
const MAX_DOTS = 2500;
const SLICES = 20;
const MIN_IN_SLICE = 5;
const COUNT_BINS = 40;
const PIT_BINS = 20;

type Galaxy = IdentifiedGalaxy;

export function redshifts(record: RunRecord): Markup {
  const galaxies = galaxiesOf(record);
  if (galaxies.length === 0)
    return html`<p>The record holds no predictions whose true redshifts are known.</p>`;
  const { point: quality, density } = qualityOf(record);
  const figures = [
    ['galaxies', formatNumber(quality.count)],
    ['bias', quality.bias.toFixed(5)],
    ['median bias', quality.biasMedian.toFixed(5)],
    ['sigma NMAD', quality.sigmaNMAD.toFixed(5)],
    ['sigma IQR', quality.sigmaIQR.toFixed(5)],
    ['outliers', `${(quality.outlierFraction * 100).toFixed(2)}%`],
    ['beyond 0.05', `${(quality.outlierFraction005 * 100).toFixed(2)}%`],
    ['beyond 3 sigma', `${(quality.outlierFraction3Sigma * 100).toFixed(2)}%`],
    ['MAE', quality.MAE.toFixed(5)],
    ['R2', quality.R2.toFixed(4)],
  ];
  return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<div class="plots">${scatter(galaxies)}${residuals(galaxies)}${distribution(galaxies, quality.sigmaNMAD)}${counts(galaxies)}${pitHistogram(density)}</div>
${densityFigures(density)}
<p class="note">dz = (z_pred - z_true) / (1 + z_true); outliers are |dz| > ${OUTLIER_LIMIT}; sigma NMAD = 1.4826 x median |dz - median(dz)|.${
    quality.count > galaxies.length &&
    ` ${quality.count - galaxies.length} predictions are no numbers and not drawn.`
  } Beyond 3 sigma: |dz| > max(0.06, 3 sigma IQR).</p>
${binTable(galaxies)}
${worstTable(galaxies)}`;
}

function galaxiesOf(record: RunRecord): Galaxy[] {
  const galaxies: Galaxy[] = [];
  const known = redshiftsByPartition(record);
  for (const { zPred, dataPath, sample, magnitudes } of predictionsOf(record)) {
    for (let index = 0; index < zPred.length; index++) {
      const truth = known.get(dataPath[index]!)?.[sample[index]!];
      if (truth === undefined) continue;
      const dz = (zPred[index]! - truth) / (1 + truth);
      if (!Number.isFinite(dz)) continue;
      galaxies.push({
        id: `${dataPath[index]} #${sample[index]}`,
        zTrue: truth,
        zPred: zPred[index]!,
        dz,
        ...(magnitudes ? { magnitudes: magnitudes[index]! } : {}),
      });
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

/** N(z) of truth and prediction. */
function counts(galaxies: readonly Galaxy[]): Markup {
  const most = galaxies.reduce((top, { zTrue, zPred }) => Math.max(top, zTrue, zPred), 0);
  const width = most / COUNT_BINS || 1;
  const histogram = (of: 'zTrue' | 'zPred') => {
    const bins = new Array<number>(COUNT_BINS).fill(0);
    for (const galaxy of galaxies)
      bins[Math.min(COUNT_BINS - 1, Math.max(0, Math.floor(galaxy[of] / width)))]! += 1;
    return bins.map((count, i) => ({ z: (i + 0.5) * width, count }));
  };
  return figure({
    title: 'Number of galaxies by redshift, N(z)',
    description: `Counts in ${COUNT_BINS} bins of true and of predicted redshift.`,
    note: html`filled: true; line: predicted`,
    options: {
      ...SMALL,
      x: { label: 'z' },
      y: { label: 'galaxies', grid: true },
      marks: [
        Plot.areaY(histogram('zTrue'), {
          x: 'z',
          y: 'count',
          curve: 'step',
          fill: 'var(--c1)',
          fillOpacity: 0.35,
        }),
        Plot.line(histogram('zPred'), {
          x: 'z',
          y: 'count',
          curve: 'step',
          stroke: 'var(--c2)',
          strokeWidth: 2,
        }),
        Plot.ruleY([0]),
      ],
    },
  });
}

/** Flat for calibrated distributions; a hump means too wide, horns too narrow, a slope a bias. */
function pitHistogram({ count, pits }: DensityQuality): Markup {
  if (count === 0) return html``;
  const expected = count / PIT_BINS;
  const bins = new Array<number>(PIT_BINS).fill(0);
  for (const pit of pits) bins[Math.min(PIT_BINS - 1, Math.floor(pit * PIT_BINS))]! += 1;
  const bars = bins.map((number, i) => ({ from: i / PIT_BINS, to: (i + 1) / PIT_BINS, number }));
  return figure({
    title: 'Probability integral transform',
    description: `Histogram of the predicted cumulative distributions at the true redshifts of ${count} galaxies.`,
    note: html`dashed: uniform; band: its 95% Poisson range`,
    options: {
      ...SMALL,
      x: { label: 'PIT', domain: [0, 1] },
      y: { label: 'galaxies', grid: true },
      marks: [
        Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'number', fill: 'var(--c1)' }),
        Plot.rect([0], {
          x1: 0,
          x2: 1,
          y1: expected - 1.96 * Math.sqrt(expected),
          y2: expected + 1.96 * Math.sqrt(expected),
          fill: 'var(--c2)',
          fillOpacity: 0.2,
        }),
        Plot.ruleY([expected], { strokeDasharray: '4 4' }),
      ],
    },
  });
}

function densityFigures(density: DensityQuality): Markup {
  if (density.count === 0) return html``;
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  const figures = [
    ['CRPS', density.CRPS.toFixed(5)],
    ['CDE loss', density.cdeLoss.toFixed(2)],
    ['mean PIT', density.pitMean.toFixed(3)],
    ['PIT KS', density.pitKS.toFixed(4)],
    ['in 68%', percent(density.coverage68)],
    ['in 90%', percent(density.coverage90)],
    ['in 90%, conformal', percent(density.conformalCoverage90)],
    ['width of 68%', density.width68.toFixed(4)],
  ];
  return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
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

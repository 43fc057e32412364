/** Tables of a run's redshifts: quality by bin, and the galaxies that are furthest off. */
import { html, type Markup } from '../../../reports/html/markup.ts';
import {
  BIN_AXES,
  type BinAxis,
  type BinnedGalaxy,
  type Interval,
  qualityByBin,
} from '../metrics/quality-by-bin.ts';

const WORST = 10;

export interface IdentifiedGalaxy extends BinnedGalaxy {
  /** Partition and index of the sample. */
  id: string;
  dz: number;
}

/** Bias, scatter and outliers in bins of redshift, magnitude and colour. */
export function binTable(galaxies: readonly BinnedGalaxy[]): Markup {
  const rows = (Object.keys(BIN_AXES) as BinAxis[]).flatMap((axis) =>
    qualityByBin(galaxies, axis).map((bin) => ({ axis, ...bin })),
  );
  if (rows.length === 0) return html``;
  const shown = ({ value, low, high }: Interval, digits: number, factor = 1) =>
    `${(factor * value).toFixed(digits)} (${(factor * low).toFixed(digits)} to ${(factor * high).toFixed(digits)})`;
  return html`<h4>By redshift, magnitude and colour</h4>
<table><thead><tr><th>bin</th><th>galaxies</th><th>bias</th><th>sigma NMAD</th><th>|dz| &gt; 0.05, %</th></tr></thead>
<tbody>${rows.map(
    (row) => html`<tr><td>${row.axis} ${row.from.toFixed(2)} to ${row.to.toFixed(2)}</td><td>${row.count}</td>
<td>${shown(row.bias, 5)}</td><td>${shown(row.sigmaNMAD, 5)}</td><td>${shown(row.outlierFraction005, 2, 100)}</td></tr>`,
  )}</tbody></table>
<p class="note">Bins hold equal numbers of galaxies. In parentheses: the central 68% of bootstrap replicates.</p>`;
}

/** The largest |dz|, by partition and index of the sample. */
export function worstTable(galaxies: readonly IdentifiedGalaxy[]): Markup {
  const worst = [...galaxies].sort((a, b) => Math.abs(b.dz) - Math.abs(a.dz)).slice(0, WORST);
  return html`<h4>Furthest off</h4>
<table><thead><tr><th>partition and sample</th><th>z_true</th><th>z_pred</th><th>dz</th><th>r</th></tr></thead>
<tbody>${worst.map(
    (one) => html`<tr><td>${one.id}</td><td>${one.zTrue.toFixed(4)}</td><td>${one.zPred.toFixed(4)}</td>
<td>${one.dz.toFixed(4)}</td><td>${one.magnitudes?.[2]?.toFixed(2) ?? '-'}</td></tr>`,
  )}</tbody></table>`;
}

/** Tables of a run's redshifts: quality by bin, and the galaxies that are furthest off. */
import { html, type Markup, table } from '../../../reports/html/markup.ts';
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
  return html`${table(
    'Quality by redshift, magnitude and colour',
    ['bin', 'galaxies', 'bias', 'sigma NMAD', '|dz| > 0.05, %'],
    rows.map((row) => [
      `${row.axis} ${row.from.toFixed(2)} to ${row.to.toFixed(2)}`,
      String(row.count),
      shown(row.bias, 5),
      shown(row.sigmaNMAD, 5),
      shown(row.outlierFraction005, 2, 100),
    ]),
  )}
<p class="note">Bins hold equal numbers of galaxies. In parentheses: the central 68% of bootstrap replicates.</p>`;
}

/** The largest |dz|, by partition and index of the sample. */
export function worstTable(galaxies: readonly IdentifiedGalaxy[]): Markup {
  const worst = [...galaxies].sort((a, b) => Math.abs(b.dz) - Math.abs(a.dz)).slice(0, WORST);
  return table(
    'Furthest off',
    ['partition and sample', 'z_true', 'z_pred', 'dz', 'r'],
    worst.map((one) => [
      one.id,
      one.zTrue.toFixed(4),
      one.zPred.toFixed(4),
      one.dz.toFixed(4),
      one.magnitudes?.[2]?.toFixed(2) ?? '-',
    ]),
  );
}

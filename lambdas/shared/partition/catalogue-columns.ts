/** Names under which catalogues keep magnitudes and redshifts, column by column. */

/** What stands before and behind a band's letter. The bare letters come last: a column `z` may be a redshift. */
const MAGNITUDE_NAMES: readonly (readonly [before: string, behind: string])[] = [
  ['mag_', ''],
  ['magnitude_', ''],
  ['modelmag_', ''],
  ['psfmag_', ''],
  ['petromag_', ''],
  ['cmodelmag_', ''],
  ['', '_cmodel_mag'],
  ['dered_', ''],
  ['mag', ''],
  ['', ''],
];

/** Names of redshift columns beside `redshift(s)` and `z`. */
export const REDSHIFT_NAMES = [
  'z_spec',
  'zspec',
  'specz',
  'spec_z',
  'z_true',
  'z_noqso',
  'specz_redshift',
] as const;

/** The columns of the magnitudes in the order of `bands`; undefined unless there is one for each. Lower case. */
export function magnitudeColumns(
  bands: readonly string[],
  isScalar: (name: string) => boolean,
): string[] | undefined {
  for (const [before, behind] of MAGNITUDE_NAMES) {
    const names = bands.map((band) => `${before}${band.toLowerCase()}${behind}`);
    if (names.every(isScalar)) return names;
  }
  return undefined;
}

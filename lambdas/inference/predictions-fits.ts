/**
 * Predictions as a FITS binary table: the astronomers' own format (FITS Standard 4.0, IAU FITS Working Group,
 * https://fits.gsfc.nasa.gov/fits_standard.html, section 7.3). astropy, TOPCAT, STILTS, CFITSIO and DS9 read it
 * as it is, it carries names, types and units of its columns, and float32 stays float32.
 *
 * Blocks of 2,880 bytes, header cards of 80 characters, data big-endian. Columns: those of `prediction-columns.ts` behind
 * `data_path` (key of the partition) and `id` (index of the sample in it).
 */
import type { PartitionPredictions } from './predict-partition.ts';
import { predictionColumns } from './prediction-columns.ts';

const BLOCK_BYTES = 2880;
const CARD_CHARACTERS = 80;
/** Longest text in one card; longer ones go on in CONTINUE cards (section 4.2.1.2). */
const TEXT_CHARACTERS = 67;

/** One FITS file over all partitions of a rank. `keywords` go into the table's header (names of up to 8 characters). */
export function renderPredictionsFits(
  partitions: readonly PartitionPredictions[],
  keywords: Readonly<Record<string, string | number>>,
): Uint8Array {
  const rows = partitions.reduce((sum, { zPred }) => sum + zPred.length, 0);
  const values = predictionColumns(partitions);
  const paths = partitions.map(({ dataPath }) => Buffer.from(dataPath, 'utf8'));
  const pathBytes = Math.max(1, ...paths.map((path) => path.length));
  const rowBytes = pathBytes + 8 + 4 * values.length;
  const columns: FitsColumn[] = [
    { name: 'data_path', form: `${pathBytes}A` },
    { name: 'id', form: '1K' },
    ...values.map(({ name, unit }) => ({ name, form: '1E', unit })),
  ];
  const header = Buffer.concat([
    headerUnit([card('SIMPLE', true), card('BITPIX', 8), card('NAXIS', 0), card('EXTEND', true)]),
    headerUnit(tableCards(columns, rowBytes, rows, keywords)),
  ]);
  const file = Buffer.alloc(header.length + padded(rowBytes * rows));
  header.copy(file);
  let at = header.length;
  let row = 0;
  partitions.forEach(({ zPred }, which) => {
    for (let sample = 0; sample < zPred.length; sample++, row++) {
      paths[which]!.copy(file, at);
      at += pathBytes;
      at = file.writeBigInt64BE(BigInt(sample), at);
      for (const column of values) at = file.writeFloatBE(column.values[row]!, at);
    }
  });
  return file;
}

interface FitsColumn {
  name: string;
  form: string;
  unit?: string | undefined;
}

function tableCards(
  columns: readonly FitsColumn[],
  rowBytes: number,
  rows: number,
  keywords: Readonly<Record<string, string | number>>,
): string[] {
  return [
    card('XTENSION', 'BINTABLE'),
    card('BITPIX', 8),
    card('NAXIS', 2),
    card('NAXIS1', rowBytes),
    card('NAXIS2', rows),
    card('PCOUNT', 0),
    card('GCOUNT', 1),
    card('TFIELDS', columns.length),
    ...columns.flatMap(({ name, form, unit }, i) => [
      card(`TTYPE${i + 1}`, name),
      card(`TFORM${i + 1}`, form),
      ...(unit === undefined ? [] : [card(`TUNIT${i + 1}`, unit)]),
    ]),
    card('EXTNAME', 'PREDICTIONS'),
    card('LONGSTRN', 'OGIP 1.0'),
    ...Object.entries(keywords).map(([name, value]) => card(name, value)),
  ];
}

const padded = (bytes: number) => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

function headerUnit(cards: string[]): Buffer {
  const text = [...cards, 'END'.padEnd(CARD_CHARACTERS)].join('');
  return Buffer.from(text.padEnd(padded(text.length)), 'ascii');
}

/** One card in fixed format, or a long text as a chain of CONTINUE cards. */
function card(name: string, value: string | number | boolean): string {
  const key = name.padEnd(8);
  if (typeof value !== 'string') {
    const text = typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value);
    return `${key}= ${text.padStart(20)}`.padEnd(CARD_CHARACTERS);
  }
  // Header text is printable ASCII only; a quote is written twice and must not be torn apart.
  const characters = [...value].map((c) => (c === "'" ? "''" : c >= ' ' && c <= '~' ? c : '?'));
  const pieces = [''];
  for (const character of characters) {
    if (pieces.at(-1)!.length + character.length > TEXT_CHARACTERS) pieces.push('');
    pieces[pieces.length - 1] += character;
  }
  return pieces
    .map((piece, i) => {
      const more = i < pieces.length - 1 ? '&' : '';
      const start = i === 0 ? `${key}= ` : 'CONTINUE  ';
      return `${start}'${(piece + more).padEnd(8)}'`.padEnd(CARD_CHARACTERS);
    })
    .join('');
}

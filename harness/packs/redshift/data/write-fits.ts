/**
 * A partition as FITS: the images are the primary array (axes 32, 32, 5, N), the catalogue a binary table with
 * `magnitude` (5E) and `redshift` (E). Numbers are big-endian, as the standard has them.
 */
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import type { WritePartition } from './partition-writer.ts';
import { streamSamples } from './sample-stream.ts';

const BLOCK_BYTES = 2880;
const CARD_BYTES = 80;
const ROW_FLOATS = BANDS.length + 1;

export const writeFits: WritePartition = async ({ survey, seed, first, samples, sink, onChunk }) => {
  const header = renderHeader([
    ['SIMPLE', true],
    ['BITPIX', -32],
    ['NAXIS', 4],
    ['NAXIS1', IMAGE_SIDE_PX],
    ['NAXIS2', IMAGE_SIDE_PX],
    ['NAXIS3', BANDS.length],
    ['NAXIS4', samples],
    ['EXTEND', true],
    ['BUNIT', 'nMgy'],
    ['BANDS', BANDS.join('')],
    ['SEED', seed],
    ['FIRST', first],
  ]);
  await sink.write(header);
  const { magnitudes, redshifts } = await streamSamples(
    survey,
    first,
    samples,
    ({ images }) => sink.write(bigEndian(images)),
    (done) => onChunk(done, header.length + 4 * IMAGE_FLOATS * done),
  );
  await sink.write(padding(4 * IMAGE_FLOATS * samples));
  await sink.write(
    renderHeader([
      ['XTENSION', 'BINTABLE'],
      ['BITPIX', 8],
      ['NAXIS', 2],
      ['NAXIS1', 4 * ROW_FLOATS],
      ['NAXIS2', samples],
      ['PCOUNT', 0],
      ['GCOUNT', 1],
      ['TFIELDS', 2],
      ['TTYPE1', 'magnitude'],
      ['TFORM1', `${BANDS.length}E`],
      ['TUNIT1', 'mag'],
      ['TTYPE2', 'redshift'],
      ['TFORM2', 'E'],
      ['EXTNAME', 'CATALOG'],
    ]),
  );
  const rows = new Float32Array(samples * ROW_FLOATS);
  for (let i = 0; i < samples; i++) {
    rows.set(magnitudes.subarray(i * BANDS.length, (i + 1) * BANDS.length), i * ROW_FLOATS);
    rows[(i + 1) * ROW_FLOATS - 1] = redshifts[i]!;
  }
  await sink.write(bigEndian(rows));
  await sink.write(padding(4 * rows.length));
};

function bigEndian(values: Float32Array): Uint8Array {
  return Buffer.from(Float32Array.from(values).buffer).swap32();
}

/** Zeros up to the next block. */
const padding = (sizeBytes: number) =>
  new Uint8Array(Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES - sizeBytes);

function renderHeader(cards: readonly (readonly [string, string | number | boolean])[]): Buffer {
  const text = cards.map(([keyword, value]) =>
    `${keyword.padEnd(8)}= ${renderValue(value)}`.padEnd(CARD_BYTES),
  );
  const all = [...text, 'END'.padEnd(CARD_BYTES)].join('');
  return Buffer.from(all.padEnd(Math.ceil(all.length / BLOCK_BYTES) * BLOCK_BYTES), 'latin1');
}

/** Fixed format: numbers and logicals end in column 30, strings have at least eight characters. */
function renderValue(value: string | number | boolean): string {
  if (typeof value === 'string') return `'${value.padEnd(8)}'`;
  return (typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value)).padStart(20);
}

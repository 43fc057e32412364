/** A FITS binary table as rows that can be changed and written again, for mutation testing of predictions. */
import type { DecodedTable } from '../../../scenario/pack-run.ts';
import { type FitsTable, parseFitsTable } from './parse-fits-table.ts';

const BLOCK_BYTES = 2880;

/** Rows of the first table; `undefined` of a file that holds none. */
export function fitsRows(bytes: Uint8Array): DecodedTable | undefined {
  if (Buffer.from(bytes.subarray(0, 9)).toString('latin1') !== 'SIMPLE  =') return undefined;
  let table: FitsTable;
  try {
    table = parseFitsTable(bytes);
  } catch {
    return undefined;
  }
  const { columns } = table;
  return {
    rows: Array.from({ length: table.rows }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]!])),
    ),
    identifiedBy: ['data_path', 'id'],
    render: (rows) => renderRows(Buffer.from(bytes), table, rows),
  };
}

/** Headers of the file with other rows. */
function renderRows(
  file: Buffer,
  { header }: FitsTable,
  rows: readonly { readonly [column: string]: string | number }[],
): Uint8Array {
  const rowBytes = Number(header['NAXIS1']);
  const headerBytes = dataStart(file);
  const dataBytes = rowBytes * rows.length;
  const written = Buffer.alloc(headerBytes + Math.ceil(dataBytes / BLOCK_BYTES) * BLOCK_BYTES);
  file.copy(written, 0, 0, headerBytes);
  const count = written.indexOf('NAXIS2  =', BLOCK_BYTES, 'latin1');
  written.write(String(rows.length).padStart(20), count + 10, 'latin1');
  const fields = Array.from({ length: Number(header['TFIELDS']) }, (_, i) => ({
    name: String(header[`TTYPE${i + 1}`]),
    form: String(header[`TFORM${i + 1}`]),
  }));
  let at = headerBytes;
  for (const row of rows) for (const { name, form } of fields) at = writeCell(written, at, form, row[name]!);
  return written;
}

/** Where the rows begin: behind the second header. */
function dataStart(file: Buffer): number {
  const end = (from: number) => {
    for (let at = from; ; at += 80)
      if (file.toString('latin1', at, at + 8) === 'END     ')
        return from + Math.ceil((at + 80 - from) / BLOCK_BYTES) * BLOCK_BYTES;
  };
  return end(end(0));
}

function writeCell(file: Buffer, at: number, form: string, value: string | number): number {
  const kind = form.at(-1);
  if (kind === 'A') {
    const width = Number(form.slice(0, -1) || 1);
    file.write(String(value).padEnd(width, '\0').slice(0, width), at, 'utf8');
    return at + width;
  }
  const number = Number(value);
  if (kind === 'K') return file.writeBigInt64BE(BigInt(Number.isInteger(number) ? number : -1), at);
  if (kind === 'J') return file.writeInt32BE(Number.isInteger(number) ? number : -1, at);
  if (kind === 'I') return file.writeInt16BE(Number.isInteger(number) ? number : -1, at);
  return kind === 'D' ? file.writeDoubleBE(number, at) : file.writeFloatBE(number, at);
}

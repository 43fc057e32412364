/** Columns of the predictions' FITS table by name, to be rewritten in place. */
const WIDTH: Readonly<Record<string, number>> = { A: 1, K: 8, J: 4, E: 4, D: 8 };
const BLOCK_BYTES = 2880;

export interface PredictionsTable {
  rows: number;
  /** Byte offset of a cell. */
  at(row: number, column: string): number;
}

export function predictionsTable(file: Buffer): PredictionsTable {
  const text = file.toString('latin1');
  const header = text.indexOf('XTENSION');
  const end = text.indexOf('END     ', header) + 80;
  const dataAt = Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES;
  const head = text.slice(header, dataAt);
  const textOf = (keyword: string) => new RegExp(`${keyword} *= '([^']*?) *'`).exec(head)?.[1];
  const numberOf = (keyword: string) => Number(new RegExp(`${keyword} *= *(\\d+)`).exec(head)?.[1]);
  const offsets = new Map<string, number>();
  let offset = 0;
  for (let column = 1; textOf(`TTYPE${column}`) !== undefined; column++) {
    const [, count = '', type = ''] = /^(\d*)([A-Z])$/.exec(textOf(`TFORM${column}`)!)!;
    offsets.set(textOf(`TTYPE${column}`)!, offset);
    offset += Number(count || 1) * WIDTH[type]!;
  }
  const rowBytes = numberOf('NAXIS1');
  return { rows: numberOf('NAXIS2'), at: (row, column) => dataAt + row * rowBytes + offsets.get(column)! };
}

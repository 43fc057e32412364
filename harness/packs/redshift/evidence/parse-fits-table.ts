/**
 * Reads the first binary table of a FITS file (FITS Standard 4.0, section 7.3): columns of text (A), 64-bit
 * integers (K), 32- and 16-bit integers (J, I) and floats (E, D), one value per cell. Written apart from the
 * inference function's writer, so that the one checks the other.
 */
const BLOCK_BYTES = 2880;
const CARD_CHARACTERS = 80;

type FitsColumn = string[] | number[];

export interface FitsTable {
  rows: number;
  columns: { [name: string]: FitsColumn };
  /** Keywords of the table's header; long texts joined. */
  header: { [keyword: string]: string | number | boolean };
}

/** The table, or an Error that says what is wrong with the file. */
export function parseFitsTable(bytes: Uint8Array): FitsTable {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, 9) !== 'SIMPLE  =') throw new Error('it is no FITS file');
  const primary = readHeader(file, 0);
  if (primary.header['NAXIS'] !== 0)
    throw new Error('its primary unit holds data, which is not expected here');
  const { header, endBytes } = readHeader(file, primary.endBytes);
  if (header['XTENSION'] !== 'BINTABLE') throw new Error('its first extension is no binary table');
  const rows = whole(header, 'NAXIS2');
  const rowBytes = whole(header, 'NAXIS1');
  if (endBytes + rows * rowBytes > file.length)
    throw new Error('it is truncated: the table goes beyond its end');
  const columns: FitsTable['columns'] = {};
  let offset = 0;
  for (let i = 1; i <= whole(header, 'TFIELDS'); i++) {
    const { width, read } = cellReader(String(header[`TFORM${i}`]));
    const at = (row: number) => endBytes + row * rowBytes + offset;
    columns[String(header[`TTYPE${i}`])] = Array.from({ length: rows }, (_, row) =>
      read(file, at(row)),
    ) as FitsColumn;
    offset += width;
  }
  if (offset !== rowBytes) throw new Error(`its columns have ${offset} bytes a row, NAXIS1 says ${rowBytes}`);
  return { rows, columns, header };
}

function whole(header: FitsTable['header'], keyword: string): number {
  const value = header[keyword];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new Error(`its header has no usable ${keyword}`);
}

interface CellReader {
  width: number;
  read(file: Buffer, at: number): string | number;
}

function cellReader(form: string): CellReader {
  const match = /^(\d*)([AKJIED])$/.exec(form);
  const count = match?.[1] ? Number(match[1]) : 1;
  switch (match?.[2]) {
    case 'A':
      return { width: count, read: (file, at) => textOf(file, at, count) };
    case 'K':
      return scalar(count, form, 8, (file, at) => Number(file.readBigInt64BE(at)));
    case 'J':
      return scalar(count, form, 4, (file, at) => file.readInt32BE(at));
    case 'I':
      return scalar(count, form, 2, (file, at) => file.readInt16BE(at));
    case 'E':
      return scalar(count, form, 4, (file, at) => file.readFloatBE(at));
    case 'D':
      return scalar(count, form, 8, (file, at) => file.readDoubleBE(at));
    default:
      throw new Error(`its column format ${form} is not understood`);
  }
}

function scalar(count: number, form: string, width: number, read: CellReader['read']): CellReader {
  if (count !== 1) throw new Error(`its column format ${form} has ${count} values a cell, 1 is understood`);
  return { width, read };
}

/** Text ends at the first NUL; trailing spaces mean nothing (section 7.3.3.1). */
function textOf(file: Buffer, at: number, length: number): string {
  const text = file.toString('utf8', at, at + length);
  const end = text.indexOf('\0');
  return (end === -1 ? text : text.slice(0, end)).trimEnd();
}

function readHeader(file: Buffer, startBytes: number): { header: FitsTable['header']; endBytes: number } {
  const header: FitsTable['header'] = {};
  let last = '';
  for (let at = startBytes; at + CARD_CHARACTERS <= file.length; at += CARD_CHARACTERS) {
    const card = file.toString('latin1', at, at + CARD_CHARACTERS);
    const keyword = card.slice(0, 8).trimEnd();
    if (keyword === 'END') {
      const blocks = Math.ceil((at + CARD_CHARACTERS - startBytes) / BLOCK_BYTES);
      return { header, endBytes: startBytes + blocks * BLOCK_BYTES };
    }
    if (keyword === 'CONTINUE') {
      header[last] = String(header[last]).replace(/&$/, '') + String(parseValue(card.slice(8)));
    } else if (card[8] === '=') {
      header[keyword] = parseValue(card.slice(9));
      last = keyword;
    }
  }
  throw new Error('it is truncated: a header has no END');
}

function parseValue(text: string): string | number | boolean {
  const quoted = /^\s*'((?:[^']|'')*)'/.exec(text);
  if (quoted) return quoted[1]!.replaceAll("''", "'").trimEnd();
  const bare = (text.split('/')[0] ?? '').trim();
  if (bare === 'T' || bare === 'F') return bare === 'T';
  return bare !== '' && Number.isFinite(Number(bare)) ? Number(bare) : bare;
}

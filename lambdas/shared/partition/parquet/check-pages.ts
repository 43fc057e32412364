/**
 * Checks the pages of a column chunk before hyparquet decodes them, which trusts their counts: a run that claims two
 * billion values, or a page of negative size, would keep it busy for ever. Layout of pages and runs:
 * https://parquet.apache.org/docs/file-format/data-pages/ and /encodings/
 */
import type { ColumnMetaData, CompressionCodec } from 'hyparquet';

/** Numbers in one chunk: as many as `MAX_CHUNK_BYTES` of float32. */
const MAX_VALUES = 64 * 1024 * 1024;
const MAX_PAGE_BYTES = 256 * 1024 * 1024;

/** Encodings of values by number; all others are for texts, or rare. */
const PLAIN = 0;
const BYTE_STREAM_SPLIT = 9;
const DICTIONARIES: ReadonlySet<number> = new Set([2, 8]);

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;

type Struct = Readonly<Record<string, unknown>>;

/** What of hyparquet the check needs. */
export interface PageTools {
  /** One thrift structure of the compact protocol, `field_N` by number. */
  parseStruct(reader: { view: DataView; offset: number }): Struct;
  decompress(codec: CompressionCodec, bytes: Uint8Array, sizeBytes: number): Uint8Array;
}

/** The highest repetition and definition level of the column. */
export interface Levels {
  repetition: number;
  definition: number;
}

/** @throws Error with what is wrong, without the file's name */
export function checkPages(
  chunk: Uint8Array,
  column: ColumnMetaData,
  levels: Levels,
  tools: PageTools,
): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const reader = { view, offset: 0 };
  let values = 0;
  // As hyparquet does, which takes one byte at the end for padding.
  while (reader.offset < chunk.length - 1) {
    const header = tools.parseStruct(reader);
    const sizeBytes = count(header, 'field_3', chunk.length - reader.offset);
    const body = chunk.subarray(reader.offset, reader.offset + sizeBytes);
    reader.offset += sizeBytes;
    const uncompressedBytes = count(header, 'field_2', MAX_PAGE_BYTES);
    switch (header['field_1']) {
      case DICTIONARY_PAGE:
        count(struct(header, 'field_7'), 'field_1', MAX_VALUES);
        break;
      case DATA_PAGE: {
        const told = struct(header, 'field_5');
        const inPage = count(told, 'field_1', MAX_VALUES);
        const page = unpacked(tools, column.codec, body, uncompressedBytes);
        let at = skipLevels(page, 0, levels.repetition, inPage);
        at = skipLevels(page, at, levels.definition, inPage);
        checkValues(page.subarray(at), told['field_2'], inPage);
        values += inPage;
        break;
      }
      case DATA_PAGE_V2: {
        const told = struct(header, 'field_8');
        const inPage = count(told, 'field_1', MAX_VALUES);
        count(told, 'field_2', inPage);
        count(told, 'field_3', inPage);
        const definitionBytes = count(told, 'field_5', body.length);
        const repetitionBytes = count(told, 'field_6', body.length - definitionBytes);
        const levelBytes = repetitionBytes + definitionBytes;
        checkLevels(body.subarray(0, repetitionBytes), levels.repetition, inPage);
        checkLevels(body.subarray(repetitionBytes, levelBytes), levels.definition, inPage);
        if (uncompressedBytes < levelBytes) throw new Error('a page is smaller than its levels');
        const codec = told['field_7'] === false ? 'UNCOMPRESSED' : column.codec;
        const page = unpacked(tools, codec, body.subarray(levelBytes), uncompressedBytes - levelBytes);
        checkValues(page, told['field_4'], inPage);
        values += inPage;
        break;
      }
      default:
        throw new Error(`a page has the unknown type ${String(header['field_1'])}`);
    }
    if (values > MAX_VALUES) throw new Error(`a chunk has more than ${MAX_VALUES} values`);
  }
  if (values !== Number(column.num_values))
    throw new Error(`its pages have ${values} values, the footer says ${column.num_values}`);
}

function struct(of: Struct, field: string): Struct {
  const value = of[field];
  if (typeof value === 'object' && value !== null) return value as Struct;
  throw new Error('a page has no header of its kind');
}

/** A whole number from 0 to `limit`. */
function count(of: Struct, field: string, limit: number): number {
  const value = of[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= limit) return value;
  throw new Error(`a page header holds ${String(value)} where 0 to ${limit} are possible`);
}

function unpacked(
  { decompress }: PageTools,
  codec: CompressionCodec,
  bytes: Uint8Array,
  sizeBytes: number,
): Uint8Array {
  if (codec === 'UNCOMPRESSED' || sizeBytes === 0) return bytes;
  return decompress(codec, bytes, sizeBytes);
}

const widthOf = (highest: number) => 32 - Math.clz32(highest);

/** Levels of a page of the first version: their length, then runs. Answers where they end. */
function skipLevels(page: Uint8Array, at: number, highest: number, values: number): number {
  if (highest === 0) return at;
  if (at + 4 > page.length) throw new Error('a page ends within its levels');
  const lengthBytes = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true);
  const end = at + 4 + lengthBytes;
  if (end > page.length) throw new Error('a page ends within its levels');
  checkLevels(page.subarray(at + 4, end), highest, values);
  return end;
}

function checkValues(bytes: Uint8Array, encoding: unknown, values: number): void {
  if (encoding === PLAIN || encoding === BYTE_STREAM_SPLIT) return;
  if (!DICTIONARIES.has(encoding as number)) {
    throw new Error(
      `a page has the encoding ${String(encoding)}; write floats as PLAIN or with a dictionary`,
    );
  }
  const width = bytes[0] ?? 0;
  if (width > 32) throw new Error(`dictionary indices have ${width} bits`);
  if (width > 0) checkRuns(bytes.subarray(1), width, values);
}

/** Levels are there for every value, nulls included. */
function checkLevels(bytes: Uint8Array, highest: number, values: number): void {
  if (highest > 0 && checkRuns(bytes, widthOf(highest), values) < values)
    throw new Error('a page ends within its levels');
}

/** Runs of the hybrid of run lengths and bit packing, until `values` have been seen or the bytes end; answers how many. */
function checkRuns(bytes: Uint8Array, width: number, values: number): number {
  let seen = 0;
  for (let at = 0; at < bytes.length && seen < values; ) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new Error('a run has no valid length');
      header += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    if (header >= 2 ** 31) throw new Error('a run has no valid length');
    const isPacked = (header & 1) === 1;
    const inRun = isPacked ? (header >> 1) * 8 : header >> 1;
    // Packed runs come in groups of eight, and writers pad the last of them.
    if (inRun > values - seen + (isPacked ? 7 : 0) && !(isPacked && inRun <= 504 + 8))
      throw new Error(`a run has ${inRun} values, ${values - seen} are missing`);
    seen += inRun;
    at += isPacked ? (inRun / 8) * width : Math.ceil(width / 8);
  }
  return seen;
}

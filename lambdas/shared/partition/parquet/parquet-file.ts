/**
 * A Parquet file, read by hyparquet: its schema, and its columns row group by row group. A group is decoded once and whole,
 * for a list has no place of its own in it; a group too large to be held is refused.
 */
import type { AsyncBuffer, ColumnMetaData, FileMetaData } from 'hyparquet';
import { withEdges } from '../edge-cache.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { checkPages, type Levels, type PageTools } from './check-pages.ts';

/** Uncompressed bytes of one column in one row group that are decoded at once. */
const MAX_CHUNK_BYTES = 256 * 1024 * 1024;
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;
const MAX_ROWS = 100_000_000;

/** One top-level column of numbers or of (nested) lists of numbers. */
export interface ParquetColumn {
  name: string;
  type: 'FLOAT' | 'DOUBLE' | 'INT32' | 'INT64';
  /** Lists within lists: 0 for a scalar. */
  depth: number;
  levels: Levels;
}

export interface ParquetFile {
  name: string;
  rows: number;
  /** Columns of numbers, by name in lower case. */
  columns: ReadonlyMap<string, ParquetColumn>;
  /** Names of all columns. */
  names: readonly string[];
  /** Of the file's own key-value metadata. */
  metadata: ReadonlyMap<string, string>;
  /** First row of each group, and behind the last one `rows`. */
  groupStarts: readonly number[];
  /** Values of a column in one group, as hyparquet assembles them. @throws PartitionError */
  readGroup(column: ParquetColumn, group: number): Promise<unknown[]>;
}

/** Opens the file by its footer. @throws PartitionError */
export async function openParquetFile(source: RandomAccess): Promise<ParquetFile> {
  const { name, sizeBytes } = source;
  const cached = await withEdges(source);
  if (sizeBytes < 12) throw new PartitionError('Truncated', `${name}: it is shorter than a Parquet footer`);
  const tail = Buffer.from(await cached.read(sizeBytes - 8, 8));
  if (tail.toString('latin1', 4) === 'PARE')
    throw new PartitionError('WrongType', `${name}: its footer is encrypted`);
  if (tail.toString('latin1', 4) !== 'PAR1')
    throw new PartitionError('Truncated', `${name}: it does not end like a Parquet file; it is incomplete`);
  const footerBytes = tail.readUInt32LE(0);
  if (footerBytes > Math.min(MAX_FOOTER_BYTES, sizeBytes - 12)) {
    throw new PartitionError(
      'Malformed',
      `${name}: its footer would have ${footerBytes.toLocaleString('en')} bytes`,
    );
  }
  const [{ parquetMetadata, parquetRead }, { deserializeTCompactProtocol }, { compressors }] =
    await Promise.all([
      import('hyparquet'),
      import('hyparquet/src/thrift.js'),
      import('hyparquet-compressors'),
    ]);
  const tools: PageTools = {
    parseStruct: deserializeTCompactProtocol,
    decompress(codec, bytes, outputBytes) {
      const decompress = compressors[codec];
      if (!decompress) throw new Error(`it is compressed with ${codec}`);
      return decompress(bytes, outputBytes);
    },
  };
  const footer = await cached.read(sizeBytes - 8 - footerBytes, 8 + footerBytes);
  const { metadata, groupStarts, columns, names, told } = await parsing(name, async () => {
    const parsed = parquetMetadata(ownBuffer(footer));
    return {
      metadata: parsed,
      groupStarts: rowsOfGroups(name, parsed),
      columns: numericColumns(parsed),
      names: topLevel(parsed).map((column) => column.name),
      told: new Map((parsed.key_value_metadata ?? []).map(({ key, value }) => [key, String(value ?? '')])),
    };
  });
  return {
    name,
    rows: groupStarts.at(-1)!,
    columns,
    names,
    metadata: told,
    groupStarts,
    async readGroup(column, group) {
      const values: unknown[] = [];
      await parsing(name, async () => {
        const { meta, startBytes, endBytes } = chunkOf(name, metadata, column, group, sizeBytes);
        const chunk = await readRange(cached, startBytes, endBytes);
        checkPages(new Uint8Array(chunk), meta, column.levels, tools);
        const file = asyncBuffer(cached, { startBytes, chunk });
        await parquetRead({
          file,
          metadata,
          compressors,
          columns: [column.name],
          rowStart: groupStarts[group]!,
          rowEnd: groupStarts[group + 1]!,
          utf8: false,
          onChunk: ({ columnData }) => {
            for (const value of columnData) values.push(value);
          },
        });
      });
      const expected = groupStarts[group + 1]! - groupStarts[group]!;
      if (values.length !== expected) {
        throw new PartitionError(
          'Malformed',
          `${name}: its column \`${column.name}\` has ${values.length} values in row group ${group}, expected ${expected}`,
        );
      }
      return values;
    },
  };
}

/** The file, of which one chunk has been read and checked. */
function asyncBuffer(source: RandomAccess, held: { startBytes: number; chunk: ArrayBuffer }): AsyncBuffer {
  return {
    byteLength: source.sizeBytes,
    slice(startBytes, endBytes = source.sizeBytes) {
      const from = startBytes - held.startBytes;
      const to = endBytes - held.startBytes;
      if (from >= 0 && to >= from && to <= held.chunk.byteLength)
        return from === 0 && to === held.chunk.byteLength ? held.chunk : held.chunk.slice(from, to);
      const bytes = readRange(source, startBytes, endBytes);
      // The reader asks ahead, and may fail before it waits for what it asked.
      bytes.catch(() => {});
      return bytes;
    },
  };
}

async function readRange(source: RandomAccess, startBytes: number, endBytes: number): Promise<ArrayBuffer> {
  if (!(startBytes >= 0 && endBytes >= startBytes && endBytes <= source.sizeBytes))
    throw new RangeError(`bytes ${startBytes} to ${endBytes} do not exist`);
  const bytes = await source.read(startBytes, endBytes - startBytes).catch((cause: unknown) => {
    throw new SourceError('a read failed', { cause });
  });
  return ownBuffer(bytes);
}

/** The bytes in an ArrayBuffer of their own. */
const ownBuffer = (bytes: Uint8Array): ArrayBuffer =>
  (bytes.byteLength === bytes.buffer.byteLength
    ? bytes.buffer
    : Uint8Array.from(bytes).buffer) as ArrayBuffer;

/** A read of the file that failed, as opposed to bytes that make no sense: what S3 says keeps its own name. */
class SourceError extends Error {}

async function parsing<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SourceError) throw error.cause;
    if (error instanceof PartitionError) throw error;
    throw new PartitionError(
      'Malformed',
      `${name}: it cannot be read as Parquet: ${(error as Error).message}`,
    );
  }
}

function rowsOfGroups(name: string, { row_groups, num_rows }: FileMetaData): number[] {
  const starts = [0];
  for (const group of row_groups) starts.push(starts.at(-1)! + Number(group.num_rows));
  const rows = starts.at(-1)!;
  const grows = starts.every(
    (start, i) => Number.isSafeInteger(start) && (i === 0 || start > starts[i - 1]!),
  );
  if (!grows || rows !== Number(num_rows) || rows > MAX_ROWS)
    throw new PartitionError('Malformed', `${name}: its row groups do not add up to its ${num_rows} rows`);
  return starts;
}

/** The children of the root, each with the elements below it. */
function topLevel({ schema }: FileMetaData): { name: string; elements: FileMetaData['schema'] }[] {
  const columns: { name: string; elements: FileMetaData['schema'] }[] = [];
  for (let at = 1; at < schema.length; ) {
    const start = at;
    for (let open = 1; open > 0 && at < schema.length; at++) open += (schema[at]!.num_children ?? 0) - 1;
    columns.push({ name: schema[start]!.name, elements: schema.slice(start, at) });
  }
  return columns;
}

function numericColumns(metadata: FileMetaData): Map<string, ParquetColumn> {
  const columns = new Map<string, ParquetColumn>();
  for (const { name, elements } of topLevel(metadata)) {
    const leaf = elements.at(-1)!;
    // Structs and maps have more than one child somewhere.
    if (elements.slice(0, -1).some(({ num_children }) => num_children !== 1)) continue;
    if (leaf.converted_type !== undefined && !/^U?INT_/.test(leaf.converted_type)) continue;
    const { type } = leaf;
    if (type !== 'FLOAT' && type !== 'DOUBLE' && type !== 'INT32' && type !== 'INT64') continue;
    const depth = elements.filter(({ repetition_type }) => repetition_type === 'REPEATED').length;
    const definition = elements.filter(({ repetition_type }) => repetition_type !== 'REQUIRED').length;
    columns.set(name.toLowerCase(), { name, type, depth, levels: { repetition: depth, definition } });
  }
  return columns;
}

/** Where the column's bytes of a row group lie. */
function chunkOf(
  name: string,
  { row_groups }: FileMetaData,
  column: ParquetColumn,
  group: number,
  fileBytes: number,
): { meta: ColumnMetaData; startBytes: number; endBytes: number } {
  const chunks = row_groups[group]!.columns.filter(
    ({ meta_data }) => meta_data?.path_in_schema[0] === column.name,
  );
  const meta = chunks[0]?.meta_data;
  if (!meta || chunks.length !== 1) throw new Error(`row group ${group} has no one chunk of ${column.name}`);
  const sizeBytes = Number(meta.total_uncompressed_size);
  if (sizeBytes > MAX_CHUNK_BYTES) {
    throw new PartitionError(
      'TooLarge',
      `${name}: row group ${group} holds ${sizeBytes.toLocaleString('en')} bytes of \`${column.name}\`; write smaller ones, of some 1,000 rows (pyarrow: row_group_size)`,
    );
  }
  const startBytes = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const endBytes = startBytes + Number(meta.total_compressed_size);
  if (
    !(
      startBytes >= 4 &&
      endBytes > startBytes &&
      endBytes - startBytes <= MAX_CHUNK_BYTES &&
      endBytes <= fileBytes
    )
  )
    throw new Error(`bytes ${startBytes} to ${endBytes} are no chunk of the file`);
  return { meta, startBytes, endBytes };
}

/**
 * An HDF5 file, read by the HDF5 library compiled to WebAssembly (h5wasm), which sees a file system with this one file
 * in it: links to other files, and datasets whose bytes lie in others, lead nowhere.
 */
import type { Dataset, File, Group } from 'h5wasm';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { type SpooledFile, spool } from './spooled-file.ts';

type Library = Awaited<ReturnType<typeof load>>;

/** One dataset of numbers. */
export interface Hdf5Dataset {
  /** Path within the file, without the first slash. */
  path: string;
  /** Bytes of one number. */
  itemBytes: number;
  shape: readonly number[];
  /** Rows from `start`, as float32. @throws PartitionError */
  rows(start: number, count: number): Float32Array;
}

export interface Hdf5File {
  datasets: readonly Hdf5Dataset[];
  /** Paths of all datasets, of numbers or not. */
  paths: readonly string[];
  close(): void;
}

const MAX_DATASETS = 1_000;
const MAX_DEPTH = 3;
/** H5T_INTEGER and H5T_FLOAT. */
const NUMBERS: ReadonlySet<number> = new Set([0, 1]);

let library: Promise<Library> | undefined;
let opened = 0;

async function load() {
  const { default: h5wasm } = await import('h5wasm');
  const module = await h5wasm.ready;
  // Otherwise the library prints its stack of errors. It throws when a call of its interface ends, its state restored.
  module.activate_throwing_error_handler();
  return { h5wasm, module };
}

/** Opens the file; all its bytes are copied to this machine first. @throws PartitionError */
export async function openHdf5File(source: RandomAccess): Promise<Hdf5File> {
  const { name } = source;
  library ??= load().catch((cause: Error) => {
    library = undefined;
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new PartitionError(
      'UnknownFormat',
      `${name}: it is an HDF5 file, and h5wasm, which reads them, is not installed`,
    );
  });
  const loaded = await library;
  const spooled = await spool(source);
  try {
    return readFile(name, loaded, spooled);
  } catch (error) {
    spooled.close();
    throw error;
  }
}

function readFile(name: string, { h5wasm, module }: Library, spooled: SpooledFile): Hdf5File {
  const path = `/partition-${++opened}.h5`;
  mountFile(module.FS, path, spooled);
  let file: File | undefined;
  try {
    file = guarded(name, () => new h5wasm.File(path, 'r'));
    if (!(file.file_id > 0n)) throw new PartitionError('Malformed', `${name}: it cannot be read as HDF5`);
    const found: Dataset[] = [];
    guarded(name, () => collect(file!, h5wasm, found, 0));
    return {
      paths: found.map((one) => one.path.replace(/^\//, '')),
      datasets: found.flatMap((one) => numbersOf(name, one)),
      close() {
        try {
          file!.close();
        } finally {
          module.FS.unlink(path);
          spooled.close();
        }
      },
    };
  } catch (error) {
    if (file && file.file_id > 0n) file.close();
    module.FS.unlink(path);
    throw error;
  }
}

/** A file of the library's file system whose bytes are read where they lie. */
function mountFile(FS: NonNullable<Library['module']['FS']>, path: string, spooled: SpooledFile): void {
  FS.writeFile(path, new Uint8Array(0));
  const node = FS.lookupPath(path, {}).node as unknown as {
    usedBytes: number;
    stream_ops: Record<string, unknown>;
  };
  Object.defineProperty(node, 'usedBytes', { get: () => spooled.sizeBytes, configurable: true });
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: unknown, memory: Uint8Array, offset: number, length: number, position: number) =>
      spooled.readSync(memory.subarray(offset, offset + length), position),
    write: () => {
      throw new Error('the file is read only');
    },
  };
}

/** Datasets of the root and of groups in it. */
function collect(group: Group, h5wasm: Library['h5wasm'], found: Dataset[], depth: number): void {
  for (const key of group.keys()) {
    if (found.length >= MAX_DATASETS) return;
    const entity = group.get(key);
    if (entity instanceof h5wasm.Dataset) found.push(entity);
    else if (entity instanceof h5wasm.Group && depth < MAX_DEPTH) collect(entity, h5wasm, found, depth + 1);
  }
}

function numbersOf(name: string, dataset: Dataset): Hdf5Dataset[] {
  const { shape, metadata } = guarded(name, () => ({ shape: dataset.shape, metadata: dataset.metadata }));
  if (!shape || shape.length === 0 || !NUMBERS.has(metadata.type) || metadata.vlen) return [];
  if (metadata.virtual_sources !== undefined) return [];
  const path = dataset.path.replace(/^\//, '');
  return [
    {
      path,
      itemBytes: metadata.size,
      shape,
      rows(start, count) {
        const ranges = shape.map((size, d): [number, number] =>
          d === 0 ? [start, start + count] : [0, size],
        );
        const values = guarded(name, () => dataset.slice(ranges));
        const rowFloats = shape.slice(1).reduce((product, size) => product * size, 1);
        if (ArrayBuffer.isView(values) && (values as Float32Array).length === count * rowFloats) {
          if (values instanceof Float32Array) return values;
          return Float32Array.from(values as unknown as ArrayLike<number | bigint>, Number);
        }
        throw new PartitionError(
          'Malformed',
          `${name}: its dataset \`${path}\` cannot be read from row ${start}`,
        );
      },
    },
  ];
}

/** What the library throws of a damaged file, as a refusal. */
function guarded<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PartitionError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PartitionError('Malformed', `${name}: it cannot be read as HDF5: ${message.slice(0, 300)}`);
  }
}

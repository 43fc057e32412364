import { openFitsPartition } from './fits/fits-partition.ts';
import type { Imaging } from './imaging.ts';
import { openJsonPartition } from './json/json-partition.ts';
import { NPY_MAGIC } from './npy/header.ts';
import { openNpyPartition } from './npy/npy-partition.ts';
import { openNpzPartition } from './npy/npz-partition.ts';
import { type Partition, PartitionError, type RandomAccess } from './partition.ts';
import { openPtPartition } from './pt/pt-partition.ts';
import { looksLikeSafetensors } from './safetensors/safetensors-file.ts';
import { openSafetensorsPartition } from './safetensors/safetensors-partition.ts';

/** Enough for the first entry's name of a zip file. */
const PROBE_BYTES = 512;

/** Formats a person may have meant, by their first bytes. */
const KNOWN_BY_SIGHT: readonly [string, string][] = [['\x1f\x8b', 'gzip']];

/**
 * Opens a partition, telling its format by its content: torch zip or legacy serialization, JSON, safetensors,
 * NumPy (.npy, .npz), FITS, Parquet or HDF5. Reads only what is needed to know its samples; batches are read from
 * `source` as they are asked for. The readers of Parquet and HDF5 are loaded with the first such file.
 *
 * @param imaging what to make of images with other bands or sizes; without it they are refused
 * @throws PartitionError with one sentence that names the file and what is wrong with it.
 */
export async function openPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  if (source.sizeBytes === 0) throw new PartitionError('Empty', `${source.name}: the file is empty`);
  const probe = await source.read(0, Math.min(PROBE_BYTES, source.sizeBytes));
  const text = Buffer.from(probe).toString('latin1');
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06'))
    return firstEntryName(probe).endsWith('.npy')
      ? openNpzPartition(source, imaging)
      : openPtPartition(source, imaging);
  if (text.startsWith(NPY_MAGIC)) return openNpyPartition(source, imaging);
  if (text.startsWith('SIMPLE  =')) return openFitsPartition(source, imaging);
  if (looksLikeSafetensors(probe, source.sizeBytes)) return openSafetensorsPartition(source, imaging);
  if (probe[0] === 0x80) return openPtPartition(source, imaging);
  if (text.startsWith('PAR1'))
    return (await import('./parquet/parquet-partition.ts')).openParquetPartition(source, imaging);
  if (text.startsWith('\x89HDF\r\n\x1a\n'))
    return (await import('./hdf5/hdf5-partition.ts')).openHdf5Partition(source, imaging);
  if (looksLikeJson(probe)) {
    if (!imaging) return openJsonPartition(source);
    throw new PartitionError(
      'WrongType',
      `${source.name}: JSON partitions hold images of the model's bands and size, which "imaging" cannot describe otherwise`,
    );
  }
  const kind = KNOWN_BY_SIGHT.find(([magic]) => text.startsWith(magic))?.[1];
  throw new PartitionError(
    'UnknownFormat',
    `${source.name}: it is ${kind ?? 'of an unknown format'}; a partition is a torch .pt, .json, .safetensors, .npy, .npz, .fits, .parquet or .hdf5 file`,
  );
}

/** Name of the first local entry of a zip file; empty when there is none. */
function firstEntryName(probe: Uint8Array): string {
  if (probe.length < 30) return '';
  const nameBytes = probe[26]! | (probe[27]! << 8);
  return Buffer.from(probe.subarray(30, 30 + nameBytes)).toString('latin1');
}

/** Whether the first byte that is no white space (or byte order mark) opens a JSON object or array. */
function looksLikeJson(probe: Uint8Array): boolean {
  const start = probe[0] === 0xef && probe[1] === 0xbb && probe[2] === 0xbf ? 3 : 0;
  for (let i = start; i < probe.length; i++) {
    const byte = probe[i];
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
    return byte === 0x7b || byte === 0x5b;
  }
  return false;
}

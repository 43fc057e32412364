import { openJsonPartition } from './json/json-partition.ts';
import { type Partition, PartitionError, type RandomAccess } from './partition.ts';
import { openPtPartition } from './pt/pt-partition.ts';

const PROBE_BYTES = 64;

/** Formats a person may have meant, by their first bytes. */
const KNOWN_BY_SIGHT: readonly [string, string][] = [
  ['\x93NUMPY', 'a NumPy array'],
  ['SIMPLE  =', 'a FITS file'],
  ['\x1f\x8b', 'gzip'],
  ['\x89HDF', 'an HDF5 file'],
  ['PAR1', 'a Parquet file'],
];

/**
 * Opens a partition, telling its format by its content: torch zip or legacy serialization, or JSON. Reads only
 * what is needed to know its samples; batches are read from `source` as they are asked for.
 *
 * @throws PartitionError with one sentence that names the file and what is wrong with it.
 */
export async function openPartition(source: RandomAccess): Promise<Partition> {
  if (source.sizeBytes === 0) throw new PartitionError('Empty', `${source.name}: the file is empty`);
  const probe = await source.read(0, Math.min(PROBE_BYTES, source.sizeBytes));
  const [b0, b1, b2, b3] = probe;
  if (b0 === 0x50 && b1 === 0x4b && ((b2 === 3 && b3 === 4) || (b2 === 5 && b3 === 6)))
    return openPtPartition(source);
  if (b0 === 0x80) return openPtPartition(source);
  if (looksLikeJson(probe)) return openJsonPartition(source);
  const text = Buffer.from(probe).toString('latin1');
  const kind = KNOWN_BY_SIGHT.find(([magic]) => text.startsWith(magic))?.[1];
  throw new PartitionError(
    'UnknownFormat',
    `${source.name}: it is ${kind ?? 'of an unknown format'}; a partition is a torch .pt or a .json file`,
  );
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

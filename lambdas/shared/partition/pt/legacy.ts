/**
 * The serialization torch wrote before 1.6 (and still writes on request): five pickles one after another
 * (magic number, protocol version, system, value, storage keys), then each storage as its element count
 * (int64) and its raw bytes. There are no checksums.
 */

import { ITEM_BYTES } from '../dtype.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import type { InertClass } from './globals.ts';
import { PT_LIMITS } from './limits.ts';
import { type Unpickled, unpickle } from './pickle.ts';
import { PickleEnds } from './pickle-reader.ts';
import { checkSize, type StoredBytes } from './stored-bytes.ts';
import type { DictKey, PickleValue, StorageRef } from './values.ts';

const MAGIC = Number(0x1950a86a20f9469cfc6cn);
const PROTOCOL = 1001;
const FIRST_READ_BYTES = 64 * 1024;

/** The value and where its storages lie. @throws PartitionError */
export async function openLegacy(source: RandomAccess, inert: InertClass | undefined) {
  const pickles = await readPickles(source, inert);
  const [magic, protocol, system, value, keys] = pickles as [
    Unpickled,
    Unpickled,
    Unpickled,
    Unpickled,
    Unpickled,
  ];
  if (magic.value !== MAGIC || protocol.value !== PROTOCOL) {
    throw new PartitionError('Malformed', `${source.name}: it is a pickle, but none that torch.save wrote`);
  }
  if (dictEntry(system.value, 'little_endian') === false) {
    throw new PartitionError(
      'WrongType',
      `${source.name}: it was saved with big-endian numbers; only little-endian is read`,
    );
  }
  const places = await placeStorages(source, keys, value.storages);
  return {
    root: value.value,
    locate: async (storage: StorageRef): Promise<StoredBytes> => {
      const place = places.get(storage.key);
      if (!place)
        throw new PartitionError('Truncated', `${source.name}: its storage \`${storage.key}\` is missing`);
      return place;
    },
  };
}

function dictEntry(value: PickleValue, key: DictKey): PickleValue | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'dict')
    return undefined;
  return value.entries.get(key);
}

/** The five pickles; reads more of the file only when they do not fit what has been read. */
async function readPickles(source: RandomAccess, inert: InertClass | undefined): Promise<Unpickled[]> {
  const most = Math.min(source.sizeBytes, PT_LIMITS.pickleBytes);
  for (let sizeBytes = Math.min(FIRST_READ_BYTES, most); ; sizeBytes = Math.min(4 * sizeBytes, most)) {
    const bytes = await source.read(0, sizeBytes);
    try {
      const pickles: Unpickled[] = [];
      for (let position = 0; pickles.length < 5; position = pickles[pickles.length - 1]!.position) {
        pickles.push(unpickle(bytes, { file: source.name, position, ...(inert && { inert }) }));
        // A plain pickle ends here: no need to look for four more.
        if (pickles[0]!.value !== MAGIC) {
          throw new PartitionError(
            'Malformed',
            `${source.name}: it is a pickle, but none that torch.save wrote`,
          );
        }
      }
      return pickles;
    } catch (error) {
      if (!(error instanceof PickleEnds)) throw error;
      if (sizeBytes < most) continue;
      if (most < source.sizeBytes) {
        throw new PartitionError(
          'TooLarge',
          `${source.name}: its pickle has more than ${most.toLocaleString('en')} bytes`,
        );
      }
      throw new PartitionError(
        'Truncated',
        `${source.name}: the file ends within its pickle; it is incomplete`,
      );
    }
  }
}

async function placeStorages(
  source: RandomAccess,
  keys: Unpickled,
  storages: ReadonlyMap<string, StorageRef>,
): Promise<Map<string, StoredBytes>> {
  const list = keys.value;
  if (typeof list !== 'object' || list === null || !('kind' in list) || list.kind !== 'list') {
    throw new PartitionError('Malformed', `${source.name}: its list of storages is missing`);
  }
  const places = new Map<string, StoredBytes>();
  let position = keys.position;
  for (const key of list.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key)) {
      throw new PartitionError(
        'Malformed',
        `${source.name}: its list of storages does not match its tensors`,
      );
    }
    if (position + 8 > source.sizeBytes) break;
    const header = await source.read(position, 8);
    const view = new DataView(header.buffer, header.byteOffset, 8);
    const elements = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
    const itemBytes = storage.dtype === 'untyped' ? 1 : ITEM_BYTES[storage.dtype];
    checkSize(source, storage.key, elements * itemBytes, storage);
    const place = { name: storage.key, offsetBytes: position + 8, sizeBytes: elements * itemBytes };
    position = place.offsetBytes + place.sizeBytes;
    if (position > source.sizeBytes) {
      throw new PartitionError(
        'Truncated',
        `${source.name}: the file ends within its storage \`${storage.key}\`; it is incomplete`,
      );
    }
    places.set(storage.key, place);
  }
  return places;
}

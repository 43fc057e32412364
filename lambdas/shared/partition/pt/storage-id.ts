import { DTYPE_OF_STORAGE } from '../dtype.ts';
import { PartitionError } from '../partition.ts';
import { describe, type PickleTuple, type StorageRef } from './values.ts';

/** Reads `('storage', class, key, location, elements[, view])`, the only persistent id torch writes. */
export function storageFromId(id: PickleTuple, file: string): StorageRef {
  const [tag, cls, key, , elements, view] = id.items;
  const className =
    typeof cls === 'object' && cls !== null && !(cls instanceof Uint8Array) && cls.kind === 'global'
      ? cls.name.slice(cls.name.lastIndexOf('.') + 1)
      : '';
  const dtype = Object.hasOwn(DTYPE_OF_STORAGE, className) ? DTYPE_OF_STORAGE[className] : undefined;
  const malformed = (what: string) => new PartitionError('Malformed', `${file}: its pickle ${what}`);
  if (tag !== 'storage' || typeof key !== 'string' || dtype === undefined) {
    throw malformed('has a persistent id that names no storage');
  }
  if (typeof elements !== 'number' || !Number.isSafeInteger(elements) || elements < 0) {
    throw malformed(
      `has a storage of ${typeof elements === 'number' ? elements : describe(elements)} elements`,
    );
  }
  if (view !== undefined && view !== null) {
    throw malformed('has a storage that is a view of another, as only torch before 0.4 wrote');
  }
  return { kind: 'storage', key, dtype, elements };
}

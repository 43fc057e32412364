/**
 * The allow-list: every name a pickle may refer to, and what calling it builds. A name that is not here is
 * refused before anything else of the pickle is looked at; nothing is ever imported or executed.
 */

import { DTYPE_OF_STORAGE, type Dtype, ITEM_BYTES } from '../dtype.ts';
import { PartitionError } from '../partition.ts';
import { PT_LIMITS } from './limits.ts';
import {
  type DictKey,
  describe,
  type PickleTuple,
  type PickleValue,
  type StorageRef,
  type TensorRef,
} from './values.ts';

/** Builds the value of `callable(*args)`. */
type Build = (args: PickleTuple, file: string) => PickleValue;

interface AllowedGlobal {
  /** REDUCE: called as a function. */
  call?: Build;
  /** NEWOBJ and BUILD: made as an inert record whose state is kept. */
  record?: boolean;
}

const malformed = (file: string, what: string) =>
  new PartitionError('Malformed', `${file}: its pickle ${what}`);

function integers(value: PickleValue | undefined, file: string, what: string): number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value.kind !== 'tuple') {
    throw malformed(file, `gives ${describe(value)} as a tensor's ${what}`);
  }
  if (value.items.length > PT_LIMITS.dimensions)
    throw malformed(file, `has a tensor of ${value.items.length} dimensions`);
  return value.items.map((item) => integer(item, file, what));
}

function integer(value: PickleValue | undefined, file: string, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed(
      file,
      `gives ${typeof value === 'number' ? value : describe(value)} as a tensor's ${what}`,
    );
  }
  return value;
}

/** A view of `storage`, checked to stay inside it. Products beyond 2^53 fail the same check. */
function tensor(storage: StorageRef, dtype: Dtype, args: PickleTuple, file: string): TensorRef {
  const offset = integer(args.items[1], file, 'offset');
  const shape = integers(args.items[2], file, 'shape');
  const stride = integers(args.items[3], file, 'stride');
  if (shape.length !== stride.length) throw malformed(file, 'gives a tensor more sizes than strides');
  const capacity =
    storage.dtype === 'untyped' ? Math.floor(storage.elements / ITEM_BYTES[dtype]) : storage.elements;
  let last = offset;
  for (let d = 0; d < shape.length; d++) last += (shape[d]! - 1) * stride[d]!;
  const empty = shape.includes(0);
  if (!empty && !(last < capacity)) {
    throw malformed(file, `has a tensor that reaches element ${last} of a storage of ${capacity}`);
  }
  return { kind: 'tensor', storage, dtype, offset, shape, stride };
}

function storageOf(value: PickleValue | undefined, file: string): StorageRef {
  if (
    typeof value !== 'object' ||
    value === null ||
    value instanceof Uint8Array ||
    value.kind !== 'storage'
  ) {
    throw malformed(file, `builds a tensor on ${describe(value)}`);
  }
  return value;
}

function rebuildTensor(args: PickleTuple, file: string): TensorRef {
  const storage = storageOf(args.items[0], file);
  if (storage.dtype === 'untyped') throw malformed(file, 'builds a tensor without an element type');
  return tensor(storage, storage.dtype, args, file);
}

/** `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata=None)`. */
function rebuildTensorV3(args: PickleTuple, file: string): TensorRef {
  const dtype = args.items[6];
  const name =
    typeof dtype === 'object' && dtype !== null && !(dtype instanceof Uint8Array) && dtype.kind === 'global'
      ? dtype.name.slice('torch.'.length)
      : '';
  if (!(name in ITEM_BYTES)) throw malformed(file, `gives ${describe(dtype)} as a tensor's element type`);
  return tensor(storageOf(args.items[0], file), name as Dtype, args, file);
}

const firstArgument: Build = (args, file) => {
  const value = args.items[0];
  if (value === undefined) throw malformed(file, 'wraps a parameter around nothing');
  return value;
};

/** `OrderedDict()` or `OrderedDict([(key, value), ...])`. */
const orderedDict: Build = (args, file) => {
  const entries = new Map<DictKey, PickleValue>();
  const pairs = args.items[0];
  if (pairs !== undefined) {
    if (typeof pairs !== 'object' || pairs === null || pairs instanceof Uint8Array || pairs.kind !== 'list') {
      throw malformed(file, `builds an OrderedDict from ${describe(pairs)}`);
    }
    for (const pair of pairs.items) {
      const items =
        typeof pair === 'object' && pair !== null && 'kind' in pair && 'items' in pair ? pair.items : [];
      if (items.length !== 2) throw malformed(file, 'builds an OrderedDict from something else than pairs');
      entries.set(dictKey(items[0], file), items[1]!);
    }
  }
  return { kind: 'dict', entries };
};

const sequence =
  (kind: 'tuple' | 'set'): Build =>
  (args, file) => {
    const value = args.items[0];
    if (value === undefined) return { kind, items: [] };
    if (typeof value !== 'object' || value === null || !('items' in value)) {
      throw malformed(file, `builds a ${kind} from ${describe(value)}`);
    }
    return { kind, items: [...value.items] };
  };

/** A key of a dict: only plain scalars are hashable here. */
export function dictKey(value: PickleValue | undefined, file: string): DictKey {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw malformed(file, `uses ${describe(value)} as a dictionary key`);
}

const ALLOWED: ReadonlyMap<string, AllowedGlobal> = new Map<string, AllowedGlobal>([
  ['torch.utils.data.dataset.TensorDataset', { record: true }],
  ['torch._utils._rebuild_tensor', { call: rebuildTensor }],
  ['torch._utils._rebuild_tensor_v2', { call: rebuildTensor }],
  ['torch._utils._rebuild_tensor_v3', { call: rebuildTensorV3 }],
  ['torch._utils._rebuild_parameter', { call: firstArgument }],
  ['torch._utils._rebuild_parameter_with_state', { call: firstArgument }],
  ['collections.OrderedDict', { call: orderedDict, record: true }],
  ['torch.Size', { call: sequence('tuple') }],
  ['builtins.set', { call: sequence('set') }],
  ['__builtin__.set', { call: sequence('set') }],
  ...Object.keys(DTYPE_OF_STORAGE).flatMap((name): [string, AllowedGlobal][] => [
    [`torch.${name}`, {}],
    [`torch.storage.${name}`, {}],
  ]),
  ...Object.keys(ITEM_BYTES).map((name): [string, AllowedGlobal] => [`torch.${name}`, {}]),
]);

/** Further class names that may appear as inert records, e.g. the layers of a pickled `nn.Module`. */
export type InertClass = (name: string) => boolean;

/** The allow-list's entry for `name`, or the refusal that names it. */
export function allowedGlobal(name: string, file: string, inert: InertClass | undefined): AllowedGlobal {
  const known = ALLOWED.get(name);
  if (known) return known;
  if (inert?.(name)) {
    return { record: true, call: () => ({ kind: 'object', className: name, state: undefined }) };
  }
  const shown = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  throw new PartitionError(
    'HostilePickle',
    `${file}: its pickle refers to \`${shown}\`, which no tensor file needs; it was refused and nothing of it was run`,
  );
}

/**
 * What the pickle machine can produce: plain data, tensors that point into storages, and inert records of the
 * few classes on the allow-list. Nothing here can be called.
 */
import type { Dtype } from '../dtype.ts';

interface PickleList {
  kind: 'list';
  items: PickleValue[];
}
export interface PickleTuple {
  kind: 'tuple';
  items: readonly PickleValue[];
}
interface PickleSet {
  kind: 'set';
  items: PickleValue[];
}
export type DictKey = string | number | boolean | null;
interface PickleDict {
  kind: 'dict';
  entries: Map<DictKey, PickleValue>;
}
/** A name from the allow-list, as `module.qualname`. */
interface PickleGlobal {
  kind: 'global';
  name: string;
}
/** An instance of an allowed class: its name and the state that BUILD gave it. */
interface PickleObject {
  kind: 'object';
  className: string;
  state: PickleValue | undefined;
}
/** Bytes in the file that tensors are views of. */
export interface StorageRef {
  kind: 'storage';
  key: string;
  dtype: Dtype | 'untyped';
  /** Elements of `dtype` (bytes when untyped). */
  elements: number;
}
/** A view of a storage; offset and strides count elements, as torch does. */
export interface TensorRef {
  kind: 'tensor';
  storage: StorageRef;
  dtype: Dtype;
  offset: number;
  shape: readonly number[];
  stride: readonly number[];
}

type Tagged =
  | PickleList
  | PickleTuple
  | PickleSet
  | PickleDict
  | PickleGlobal
  | PickleObject
  | StorageRef
  | TensorRef;

export type PickleValue = null | boolean | number | string | Uint8Array | Tagged;

/** Whether `value` is one of the tagged values of this kind. */
export function isKind<Kind extends Tagged['kind']>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<Tagged, { kind: Kind }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** What a value is called in an error message. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value !== 'object') return typeof value;
  if (value.kind === 'object') return `a ${value.className}`;
  if (value.kind === 'global') return `\`${value.name}\``;
  return `a ${value.kind}`;
}

/** True when the elements follow each other in row-major order (dimensions of size 1 do not matter). */
export function isContiguous(tensor: TensorRef): boolean {
  let expected = 1;
  for (let d = tensor.shape.length - 1; d >= 0; d--) {
    const size = tensor.shape[d]!;
    if (size !== 1 && tensor.stride[d] !== expected) return false;
    expected *= size;
  }
  return true;
}

/**
 * A torch file as a partition: images, magnitudes and, when there are any, redshifts, from a TensorDataset,
 * a list or tuple (in this order), or a dict (by name).
 */
import { ITEM_BYTES } from '../dtype.ts';
import type { Imaging } from '../imaging.ts';
import { type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { ROLES, type Role, rolesByName, type SampleArrays, samplePartition } from '../sample-partition.ts';
import { elementCount } from '../stored-array.ts';
import { rowReader } from './row-reader.ts';
import { openTorchFile, type TorchFile } from './torch-file.ts';
import { describe, type PickleValue, type TensorRef } from './values.ts';

type Tensors = { images: TensorRef; magnitudes: TensorRef; redshifts?: TensorRef };

/** Opens a `.pt` partition; only its pickle and zip directory are read yet. @throws PartitionError */
export async function openPtPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const file = await openTorchFile(source);
  const tensors = findTensors(source.name, file.root);
  const arrays = {} as SampleArrays;
  for (const role of ROLES) {
    const tensor = tensors[role];
    if (tensor) {
      const rowBytes = elementCount(tensor.shape.slice(1)) * ITEM_BYTES[tensor.dtype];
      arrays[role] = { shape: tensor.shape, rowBytes, open: () => rowReader(file, tensor) };
    }
  }
  const partition = samplePartition('pt', source.name, arrays, imaging);
  for (const role of ROLES) if (tensors[role]) await requireStored(file, role, tensors[role]);
  return partition;
}

/** Missing, short or repeated storages are found now rather than in the middle of a run. */
async function requireStored(file: TorchFile, role: Role, tensor: TensorRef): Promise<void> {
  // An expanded tensor (stride 0) can claim any number of samples without a byte to show for them.
  if (elementCount(tensor.shape) > tensor.storage.elements) {
    throw new PartitionError(
      'Malformed',
      `${file.source.name}: its ${role} repeat the same bytes; save them with .contiguous()`,
    );
  }
  await file.locate(tensor.storage);
}

const isTensor = (value: PickleValue | undefined): value is TensorRef =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';

function findTensors(file: string, root: PickleValue): Tensors {
  const byRole = byName(root) ?? byOrder(root);
  if (!byRole) {
    throw new PartitionError(
      'Malformed',
      `${file}: it holds ${describe(root)}, expected a TensorDataset, list or dict of images, magnitudes and redshifts`,
    );
  }
  const found: Partial<Tensors> = {};
  for (const role of ROLES) {
    const value = byRole[role];
    if (isTensor(value)) found[role] = value;
    else if (value !== undefined && value !== null) {
      throw new PartitionError('Malformed', `${file}: its ${role} are ${describe(value)}, expected a tensor`);
    } else if (role !== 'redshifts') {
      throw new PartitionError('Malformed', `${file}: it holds no ${role}`);
    }
  }
  return found as Tensors;
}

function byName(root: PickleValue): Partial<Record<Role, PickleValue>> | undefined {
  if (typeof root !== 'object' || root === null || !('kind' in root) || root.kind !== 'dict')
    return undefined;
  return rolesByName((name) => root.entries.get(name));
}

function byOrder(root: PickleValue): Partial<Record<Role, PickleValue>> | undefined {
  if (typeof root !== 'object' || root === null || !('kind' in root)) return undefined;
  if (root.kind === 'object') {
    const state = root.state;
    if (typeof state !== 'object' || state === null || !('kind' in state) || state.kind !== 'dict')
      return undefined;
    return byOrder(state.entries.get('tensors') ?? null);
  }
  if (root.kind !== 'list' && root.kind !== 'tuple') return undefined;
  const found: Partial<Record<Role, PickleValue>> = {};
  ROLES.forEach((role, i) => {
    const value = root.items[i];
    if (value !== undefined) found[role] = value;
  });
  return found;
}

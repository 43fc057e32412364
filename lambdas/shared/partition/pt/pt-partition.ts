/**
 * A torch file as a partition: images, magnitudes and, when there are any, redshifts, from a TensorDataset,
 * a list or tuple (in this order), or a dict (by name).
 */

import { requireFinite } from '../finite.ts';
import {
  BANDS,
  IMAGE_SIDE_PX,
  type Partition,
  PartitionError,
  type RandomAccess,
  type SampleBatch,
} from '../partition.ts';
import { readAhead } from '../read-ahead.ts';
import { rowReader } from './row-reader.ts';
import { openTorchFile, type TorchFile } from './torch-file.ts';
import { describe, elementCount, type PickleValue, type TensorRef } from './values.ts';

const SAMPLE_SHAPES = {
  images: [BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX],
  magnitudes: [BANDS.length],
  redshifts: [],
} as const;
type Role = keyof typeof SAMPLE_SHAPES;
const ROLES = Object.keys(SAMPLE_SHAPES) as Role[];

/** Names under which dicts in the wild keep each tensor. */
const DICT_NAMES: Record<Role, readonly string[]> = {
  images: ['images', 'image'],
  magnitudes: ['magnitudes', 'magnitude', 'mags'],
  redshifts: ['redshifts', 'redshift', 'z'],
};

type Tensors = { images: TensorRef; magnitudes: TensorRef; redshifts?: TensorRef };

/** Opens a `.pt` partition; only its pickle and zip directory are read yet. @throws PartitionError */
export async function openPtPartition(source: RandomAccess): Promise<Partition> {
  const file = await openTorchFile(source);
  const tensors = findTensors(source.name, file.root);
  const samples = checkShapes(source.name, tensors);
  // Missing or short storages are found now rather than in the middle of a run.
  for (const role of ROLES) if (tensors[role]) await file.locate(tensors[role].storage);
  return {
    format: 'pt',
    samples,
    hasRedshifts: tensors.redshifts !== undefined,
    batches: (batchSize) => ({
      [Symbol.asyncIterator]: () => batches(file, tensors, samples, batchSize),
    }),
  };
}

async function* batches(
  file: TorchFile,
  tensors: Tensors,
  samples: number,
  batchSize: number,
): AsyncGenerator<SampleBatch, void, undefined> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`batch size ${batchSize} is not a positive integer`);
  const images = await rowReader(file, tensors.images);
  const magnitudes = await rowReader(file, tensors.magnitudes);
  const redshifts = tensors.redshifts && (await rowReader(file, tensors.redshifts));
  async function load(index: number): Promise<SampleBatch | undefined> {
    const offset = index * batchSize;
    const count = Math.min(batchSize, samples - offset);
    if (count <= 0) return undefined;
    const [image, magnitude, redshift] = await Promise.all([
      images.rows(offset, count),
      magnitudes.rows(offset, count),
      redshifts?.rows(offset, count),
    ]);
    const batch = {
      offset,
      count,
      images: image,
      magnitudes: magnitude,
      ...(redshift && { redshifts: redshift }),
    };
    requireFinite(batch, file.source.name);
    return batch;
  }
  yield* readAhead(load);
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
  const found: Partial<Record<Role, PickleValue>> = {};
  for (const role of ROLES) {
    const name = DICT_NAMES[role].find((candidate) => root.entries.has(candidate));
    if (name) found[role] = root.entries.get(name)!;
  }
  return found;
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

/** The number of samples, once every tensor has it and the shape it must have. */
function checkShapes(file: string, tensors: Tensors): number {
  const samples = tensors.images.shape[0] ?? 0;
  for (const role of ROLES) {
    const tensor = tensors[role];
    if (!tensor) continue;
    const [rows, ...rest] = tensor.shape;
    const expected = SAMPLE_SHAPES[role];
    // Labels come as [N] or [N, 1].
    const fits =
      role === 'redshifts'
        ? rows !== undefined && elementCount(rest) === 1
        : rest.length === expected.length && expected.every((size, d) => rest[d] === size);
    if (!fits || rows === undefined) {
      throw new PartitionError(
        'WrongShape',
        `${file}: its ${role} have shape [${tensor.shape.join(', ')}], expected [${['N', ...expected].join(', ')}]`,
      );
    }
    // An expanded tensor (stride 0) can claim any number of samples without a byte to show for them.
    if (elementCount(tensor.shape) > tensor.storage.elements) {
      throw new PartitionError(
        'Malformed',
        `${file}: its ${role} repeat the same bytes; save them with .contiguous()`,
      );
    }
    if (rows !== samples) {
      throw new PartitionError('WrongShape', `${file}: it holds ${samples} images but ${rows} ${role}`);
    }
  }
  if (samples === 0) throw new PartitionError('Empty', `${file}: it holds no samples`);
  return samples;
}

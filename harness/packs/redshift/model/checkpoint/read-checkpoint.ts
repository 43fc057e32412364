/**
 * A checkpoint as named tensors, whatever its file: a pickled torch module (also within DataParallel), a state_dict,
 * in either torch serialization, or safetensors. No code of the file is run; tensors are read when asked for.
 */
import { toFloat32 } from '../../../../../lambdas/shared/partition/dtype.ts';
import { PartitionError } from '../../../../../lambdas/shared/partition/partition.ts';
import { openTorchFile, readTensor } from '../../../../../lambdas/shared/partition/pt/torch-file.ts';
import {
  looksLikeSafetensors,
  openSafetensors,
} from '../../../../../lambdas/shared/partition/safetensors/safetensors-file.ts';
import { ExitCode, HarnessError } from '../../../../core/errors.ts';
import { type FileAccess, openFileAccess } from '../../data/file-access.ts';
import { isModuleClass } from './module-classes.ts';
import { findWeights } from './module-weights.ts';

export interface Checkpoint {
  file: string;
  sizeBytes: number;
  kind: 'module' | 'state_dict' | 'safetensors';
  /** Class of a pickled module. */
  className?: string;
  /** Heads of attention, when the file says. */
  heads?: number;
  tensors: ReadonlyMap<string, { shape: readonly number[]; dtype: string }>;
  /** Elements of a tensor as float32, row-major. @throws HarnessError */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Opens a checkpoint. HarnessError, exit code 2, when it is none or damaged. */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const access = await openFileAccess(file).catch((error: Error) => {
    throw unusable(file, `it cannot be read: ${error.message}`, error);
  });
  try {
    return await explained(file, () => openByContent(file, access));
  } catch (error) {
    await access.close();
    throw error;
  }
}

async function openByContent(file: string, access: FileAccess): Promise<Checkpoint> {
  const probe = await access.read(0, Math.min(9, access.sizeBytes));
  const [b0, b1] = probe;
  const isTorch = b0 === 0x80 || (b0 === 0x50 && b1 === 0x4b);
  const opened = isTorch
    ? await openTorch(access)
    : looksLikeSafetensors(probe, access.sizeBytes)
      ? await openSafe(access)
      : undefined;
  if (!opened) {
    throw new PartitionError('UnknownFormat', `${file}: it is neither a file of torch.save nor safetensors`);
  }
  return {
    ...opened,
    file,
    sizeBytes: access.sizeBytes,
    read: (name) => explained(file, () => opened.read(name)),
    close: () => access.close(),
  };
}

type Opened = Omit<Checkpoint, 'file' | 'sizeBytes' | 'close'>;

async function openTorch(access: FileAccess): Promise<Opened> {
  const torch = await openTorchFile(access, { inert: isModuleClass });
  const { kind, className, heads, tensors } = findWeights(access.name, torch.root);
  return {
    kind,
    ...(className === undefined ? {} : { className }),
    ...(heads === undefined ? {} : { heads }),
    tensors,
    read: (name) => readTensor(torch, tensors.get(name)!),
  };
}

async function openSafe(access: FileAccess): Promise<Opened> {
  const { source, tensors } = await openSafetensors(access);
  return {
    kind: 'safetensors',
    tensors,
    async read(name) {
      const { dtype, offsetBytes, sizeBytes } = tensors.get(name)!;
      return toFloat32(dtype, await source.read(offsetBytes, sizeBytes));
    },
  };
}

async function explained<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PartitionError) throw unusable(file, error.message.replace(`${file}: `, ''), error);
    throw error;
  }
}

function unusable(file: string, message: string, cause: Error): HarnessError {
  return new HarnessError('bad-checkpoint', message, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: 'give a checkpoint of torch.save (a module or its state_dict) or a safetensors file',
    cause,
  });
}

import type { Imaging } from '../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import {
  type Partition,
  PartitionError,
  type PartitionFormat,
} from '../../../../lambdas/shared/partition/partition.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { openFileAccess } from '../data/file-access.ts';

const BATCH = 256;

/** What a partition file holds. */
export interface PartitionSummary {
  format: PartitionFormat;
  samples: number;
  sizeBytes: number;
  /** Least and greatest value. */
  pixels: Range;
  magnitudes: Range;
  redshifts?: Range & { mean: number };
}

interface Range {
  min: number;
  max: number;
}

/** Reads a partition wholly, batch by batch; a partition that cannot be used is a `HarnessError` (exit code 2). */
export async function summarizePartition(file: string, imaging?: Imaging): Promise<PartitionSummary> {
  const access = await openFileAccess(file).catch((error: Error) => {
    throw unusable(file, `${file} cannot be read: ${error.message}`, error);
  });
  let partition: Partition | undefined;
  try {
    partition = await openPartition(access, imaging);
    const pixels = emptyRange();
    const magnitudes = emptyRange();
    const redshifts = emptyRange();
    let sum = 0;
    for await (const batch of partition.batches(BATCH)) {
      widen(pixels, batch.images);
      widen(magnitudes, batch.magnitudes);
      if (!batch.redshifts) continue;
      widen(redshifts, batch.redshifts);
      for (const z of batch.redshifts) sum += z;
    }
    const { format, samples } = partition;
    const summary = { format, samples, sizeBytes: access.sizeBytes, pixels, magnitudes };
    return partition.hasRedshifts
      ? { ...summary, redshifts: { ...redshifts, mean: sum / samples } }
      : summary;
  } catch (error) {
    if (error instanceof PartitionError) throw unusable(file, error.message, error);
    throw error;
  } finally {
    partition?.close?.();
    await access.close();
  }
}

/** One line: format, samples, size. */
export async function describePartition(file: string): Promise<string> {
  const { format, samples, sizeBytes, redshifts } = await summarizePartition(file);
  const labels = redshifts ? 'with redshifts' : 'without redshifts';
  return `${format} partition, ${samples} samples ${labels}, ${(sizeBytes / 1024 ** 2).toFixed(1)} MB`;
}

function unusable(file: string, message: string, cause: Error): HarnessError {
  return new HarnessError('partition-unusable', message, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    cause,
  });
}

const emptyRange = (): Range => ({ min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY });

function widen(range: Range, values: Float32Array): void {
  for (const value of values) {
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
  }
}

/** The partitions of a run as files of this machine, or where they lie when nothing is copied. */
import type { S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../core/invariant.ts';
import { type PartitionFile, type PrepareOptions, prepareDataset } from './dataset.ts';
import { formatOf, type LocatedDataset } from './dataset-plan.ts';
import type { PlannedRun } from './load.ts';
import { listSource, s3ClientOf } from './s3-source.ts';

/** A run whose partitions are known. */
export interface LocatedRun extends PlannedRun {
  dataset: LocatedDataset;
}

export interface Partitions {
  run: LocatedRun;
  files: PartitionFile[];
  /** Keys of partitions that are not uploaded, for they are there. */
  keys?: string[];
}

/** True of a dataset that only the place of the run can tell of. */
export const liesInPlace = ({ dataset }: PlannedRun): boolean => dataset.spec.s3?.inPlace ?? false;

/** Finds out which partitions there are, and has them ready to upload. */
export async function preparePartitions(plan: PlannedRun, options: PrepareOptions): Promise<Partitions> {
  const run = await locateRun(plan, undefined, options.signal);
  return { run, files: await prepareDataset(run.dataset, options) };
}

/** Partitions that are read where they lie: nothing of them comes to this machine. */
export async function partitionsInPlace(
  plan: PlannedRun,
  place: S3Client,
  signal: AbortSignal,
): Promise<Partitions> {
  const run = await locateRun(plan, place, signal);
  const objects = run.dataset.objects!;
  return {
    run,
    files: objects.map(({ bucket, key, name, sizeBytes }) => ({
      path: `s3://${bucket}/${key}`,
      name,
      sizeBytes,
    })),
    keys: objects.map(({ key }) => key),
  };
}

/**
 * The run with what its dataset holds: what lies in S3 is listed, of anything else it is known. `place` is the S3 of
 * the run itself, where data in place lies.
 */
export async function locateRun(
  plan: PlannedRun,
  place: S3Client | undefined,
  signal?: AbortSignal,
): Promise<LocatedRun> {
  const { spec, files, format } = plan.dataset;
  if (!spec.s3) {
    invariant(files !== undefined && format !== undefined, 'only what lies in S3 has to be listed');
    return { ...plan, dataset: { ...plan.dataset, files, format } };
  }
  const own = spec.s3.inPlace && place ? undefined : s3ClientOf(spec.s3);
  try {
    const objects = await listSource(own ?? place!, spec.s3, signal);
    const dataset = { ...plan.dataset, files: objects.length, format: formatOf(objects[0]!.name)!, objects };
    return { ...plan, dataset };
  } finally {
    own?.destroy();
  }
}

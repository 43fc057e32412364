import * as z from 'zod';

/**
 * The small reference that travels through the state machine in place of the jobs themselves: a few hundred
 * bytes whatever the number of partitions, so the 256 KiB of a state's payload are never in reach.
 */
export const runManifestSchema = z.object({
  /** Unique per execution; every job, result and summary carries it. */
  run_id: z.string().min(1),
  /** Where payload and jobs lie. */
  bucket: z.string().min(1),
  /** The event plus `data_map` and the jobs. */
  payload_key: z.string().min(1),
  /** The jobs as a JSON array: what the Distributed Map's ItemReader reads. */
  jobs_key: z.string().min(1),
  result_bucket: z.string().min(1),
  result_path: z.string().min(1),
  world_size: z.number().int().min(1),
  /** Partitions spread over the ranks. */
  files: z.number().int().min(1),
  ranks_without_file: z.number().int().min(0),
  max_concurrency: z.number().int().min(0),
});

export type RunManifest = z.output<typeof runManifestSchema>;

/** Key of one rank's result. */
export const resultKey = (resultPath: string, rank: number): string => `${resultPath}/${rank}.json`;

/** Key of one rank's predictions. */
export const predictionsKey = (resultPath: string, rank: number): string =>
  `${resultPath}/${rank}.predictions.fits`;

/** Key of the same as Parquet, where the input asks for it. */
export const parquetPredictionsKey = (resultPath: string, rank: number): string =>
  `${resultPath}/${rank}.predictions.parquet`;

import type { ExecutionInput } from '../shared/execution-input.ts';
import type { WrittenJob } from '../shared/job.ts';
import type { ModelLocation } from '../shared/model-location.ts';

/** Rank (as text) -> its partition, its partitions when there are several, or null when there is none. */
export type DataMap = Record<string, string | string[] | null>;

/**
 * Spreads the keys over `worldSize` ranks, one after another in turn, so that ranks differ by one file at most.
 * The default is a rank per file.
 */
export function spreadOverRanks(keys: readonly string[], worldSize = keys.length): DataMap {
  const lists = Array.from({ length: worldSize }, (): string[] => []);
  keys.forEach((key, index) => {
    lists[index % worldSize]!.push(key);
  });
  return Object.fromEntries(
    lists.map((list, rank) => [String(rank), list.length > 1 ? list : (list[0] ?? null)]),
  );
}

/** One job per rank, in the order of the ranks. */
export function planJobs(
  input: ExecutionInput,
  dataMap: DataMap,
  model: ModelLocation,
  runId: string,
): WrittenJob[] {
  const ranks = Object.keys(dataMap).sort((a, b) => Number(a) - Number(b));
  return ranks.map((rank) => ({
    S3_BUCKET: input.bucket,
    BUCKET: input.bucket,
    RESULT_BUCKET: input.bucket,
    S3_OBJECT_NAME: input.S3_object_name,
    SCRIPT: input.script,
    S3_OBJECT_TYPE: input.object_type,
    WORLD_SIZE: String(ranks.length),
    RANK: rank,
    DATA_BUCKET: input.data_bucket,
    DATA_PREFIX: input.data_prefix,
    DATA_PATH: dataMap[rank] ?? null,
    RESULT_PATH: input.result_path,
    BATCH_SIZE: input.batch_size,
    ...(input.file_limit === undefined ? {} : { FILE_LIMIT: input.file_limit }),
    RUN_ID: runId,
    MODEL_KEY: model.key,
    MODEL_ETAG: model.etag,
    ...(model.int8 ? { MODEL_INT8_KEY: model.int8.key, MODEL_INT8_ETAG: model.int8.etag } : {}),
    ...(input.imaging ? { IMAGING: input.imaging } : {}),
    ...(input.parquet_predictions ? { PARQUET_PREDICTIONS: true } : {}),
  }));
}

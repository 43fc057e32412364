import * as z from 'zod';

const figure = z.number().nonnegative();

/**
 * What inference writes to `RESULT_PATH/<rank>.json`. The first block is the original's, with the meaning its
 * readers took it for rather than the profiler's sums: CPU time is user + system time of the process, memory is
 * its peak resident set, and the rates come from wall time in the model:
 *
 *   execution_time = inference_s * batch_size / total_samples   (a last, smaller batch counts as a fraction)
 *   sample_persec  = total_samples / inference_s
 *   throughput_bps = bits of model input (sum of samples * bits_per_sample over the partitions) / inference_s
 */
export const inferenceResultSchema = z.object({
  'total_cpu_time (seconds)': figure,
  'total_cpu_memory (MB)': figure,
  'execution_time (seconds/batch)': figure,
  num_batches: z.number().int().nonnegative(),
  batch_size: z.number().int().positive(),
  device: z.string(),
  throughput_bps: figure,
  sample_persec: figure,
  result_path: z.string(),
  data_path: z.union([z.string(), z.array(z.string()), z.null()]),

  rank: z.number().int().nonnegative(),
  file_limit: z.number().int().positive().nullable(),
  data_prefix: z.string(),
  data_bucket: z.string(),
  total_samples: z.number().int().nonnegative(),

  run_id: z.string(),
  /** `no-file`: the rank had no partition, which is said rather than passed over. */
  status: z.enum(['done', 'no-file']),
  /** Whole invocation but for the writing of this very object, seconds. */
  wall_time_s: figure,
  cpu_user_s: figure,
  cpu_system_s: figure,
  /**
   * Seconds per phase. `read_s` is waiting for S3, part of it while the model worked, so the sum may exceed the
   * wall time; `parse_s` is what the model waited for beyond that.
   */
  phases: z.object({
    model_s: figure,
    read_s: figure,
    parse_s: figure,
    inference_s: figure,
    write_s: figure,
  }),
  /** Seconds in the model per batch of batch_size. */
  batch_seconds: z.object({ min: figure, mean: figure, max: figure }),
  s3_num_requests: z.number().int().nonnegative(),
  s3_bytes: figure,
  /** Sum over ranged GETs, which overlap. */
  s3_total_time: figure,
  s3_avg_time: figure,
  s3_min_time: figure,
  s3_max_time: figure,
  s3_first_request_time: figure,
  s3_last_response_time: figure,
  partitions: z.array(
    z.object({
      data_path: z.string(),
      format: z.string(),
      size_bytes: figure,
      samples: z.number().int().nonnegative(),
      /** Image and magnitudes of one sample as the partition stores them. */
      bits_per_sample: z.number().int().positive(),
      etag: z.string(),
    }),
  ),
  /** Null for a rank without a file. */
  predictions_key: z.string().nullable(),
  /** The same predictions as Parquet; absent unless the input asks for them. */
  predictions_parquet_key: z.string().optional(),
  model_key: z.string(),
  model_etag: z.string(),
  /** Hexadecimal, of the model that ran. */
  model_sha256: z.string().optional(),
  /** Hexadecimal, of the function's `index.js`; null where there is none, as in tests of its parts. */
  code_sha256: z.string().nullable().optional(),
  /** `int8` where the model has an int8 form and the processor gains from it. */
  precision: z.enum(['float32', 'int8']),
  threads: z.number().int().positive(),
  inner_batch: z.number().int().positive(),
  memory_limit_mb: z.number().int().positive(),
  cold_start: z.boolean(),
  request_id: z.string(),
});

export type InferenceResult = z.output<typeof inferenceResultSchema>;

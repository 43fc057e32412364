import type { InferenceResult } from '../shared/inference-result.ts';
import type { Job } from '../shared/job.ts';
import type { Model } from './model.ts';
import type { TransferStatistics } from './s3-ranges.ts';
import { INNER_BATCH } from './session.ts';

/** What was measured during one invocation. Seconds. */
export interface Measurements {
  wallS: number;
  cpuUserS: number;
  cpuSystemS: number;
  peakRssMB: number;
  modelS: number;
  /** Partition iteration but for the model: waiting for S3 and parsing. */
  iterationS: number;
  writeS: number;
  batchSeconds: number[];
  transfer: TransferStatistics;
}

/** The facts of the invocation that are no measurements. */
export interface Circumstances {
  job: Job;
  runId: string;
  model: Model;
  partitions: InferenceResult['partitions'];
  predictionsKey: string | null;
  parquetKey: string | undefined;
  codeSha256: string | null;
  memoryMB: number;
  coldStart: boolean;
  requestId: string;
}

/** The result object; the arithmetic stands in `inferenceResultSchema`. */
export function buildResult(facts: Circumstances, measured: Measurements): InferenceResult {
  const { job, model, partitions } = facts;
  const { batchSeconds, transfer } = measured;
  const samples = partitions.reduce((sum, partition) => sum + partition.samples, 0);
  const inputBits = partitions.reduce((sum, one) => sum + one.samples * one.bits_per_sample, 0);
  const inferenceS = batchSeconds.reduce((sum, seconds) => sum + seconds, 0);
  const samplesPerS = inferenceS > 0 ? samples / inferenceS : 0;
  return {
    'total_cpu_time (seconds)': measured.cpuUserS + measured.cpuSystemS,
    'total_cpu_memory (MB)': measured.peakRssMB,
    'execution_time (seconds/batch)': samples > 0 ? (inferenceS * job.BATCH_SIZE) / samples : 0,
    num_batches: batchSeconds.length,
    batch_size: job.BATCH_SIZE,
    device: 'cpu',
    throughput_bps: inferenceS > 0 ? inputBits / inferenceS : 0,
    sample_persec: samplesPerS,
    result_path: job.RESULT_PATH,
    data_path: job.DATA_PATH,
    rank: job.RANK,
    file_limit: job.FILE_LIMIT ?? null,
    data_prefix: job.DATA_PREFIX,
    data_bucket: job.DATA_BUCKET,
    total_samples: samples,
    run_id: facts.runId,
    status: job.DATA_PATH === null ? 'no-file' : 'done',
    wall_time_s: measured.wallS,
    cpu_user_s: measured.cpuUserS,
    cpu_system_s: measured.cpuSystemS,
    phases: {
      model_s: measured.modelS,
      read_s: transfer.waitedS,
      parse_s: Math.max(0, measured.iterationS - transfer.waitedS),
      inference_s: inferenceS,
      write_s: measured.writeS,
    },
    batch_seconds: {
      min: batchSeconds.reduce((least, seconds) => Math.min(least, seconds), batchSeconds[0] ?? 0),
      mean: batchSeconds.length > 0 ? inferenceS / batchSeconds.length : 0,
      max: batchSeconds.reduce((most, seconds) => Math.max(most, seconds), 0),
    },
    s3_num_requests: transfer.requests,
    s3_bytes: transfer.bytes,
    s3_total_time: transfer.totalTimeS,
    s3_avg_time: transfer.requests > 0 ? transfer.totalTimeS / transfer.requests : 0,
    s3_min_time: transfer.requests > 0 ? transfer.minTimeS : 0,
    s3_max_time: transfer.maxTimeS,
    s3_first_request_time: transfer.firstRequestTimeS,
    s3_last_response_time: transfer.lastResponseTimeS,
    partitions,
    predictions_key: facts.predictionsKey,
    ...(facts.parquetKey === undefined ? {} : { predictions_parquet_key: facts.parquetKey }),
    model_key: model.location.key,
    model_etag: model.location.etag,
    model_sha256: model.sha256,
    code_sha256: facts.codeSha256,
    precision: model.precision,
    threads: model.threads,
    inner_batch: INNER_BATCH,
    memory_limit_mb: facts.memoryMB,
    cold_start: facts.coldStart,
    request_id: facts.requestId,
  };
}

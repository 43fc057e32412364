/**
 * Model Inference: one rank's partitions through the model. Writes `RESULT_PATH/<rank>.json` and
 * `RESULT_PATH/<rank>.predictions.fits` (and `.parquet` when the input asks for it); all are replaced whole, so a repeated attempt does no harm.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { parseInput } from '../shared/fields.ts';
import type { InferenceResult } from '../shared/inference-result.ts';
import { type Job, jobSchema } from '../shared/job.ts';
import { locateModel, type ModelLocation } from '../shared/model-location.ts';
import { openPartition } from '../shared/partition/open-partition.ts';
import type { Partition } from '../shared/partition/partition.ts';
import { parquetPredictionsKey, predictionsKey, resultKey } from '../shared/run-manifest.ts';
import { putJson } from '../shared/s3.ts';
import { MetricUnit, observed, type Telemetry } from '../shared/telemetry.ts';
import { codeSha256 } from './code-digest.ts';
import { loadModel, type Model } from './model.ts';
import { type PartitionPredictions, predictPartition } from './predict-partition.ts';
import { renderPredictionsFits } from './predictions-fits.ts';
import { cpuSeconds, peakRssMB, resetPeakRss } from './process-usage.ts';
import { buildResult } from './result.ts';
import { S3Partition } from './s3-partition.ts';
import { TransferStatistics } from './s3-ranges.ts';

export interface InferenceDependencies {
  s3: S3Client;
  telemetry: Telemetry;
  /** The model within this very package; without it models come from S3. */
  bundled?: ModelLocation | undefined;
}

/** What the child execution carries on: small, for there may be ten thousand of them. */
export interface InferenceAnswer {
  statusCode: 200;
  rank: number;
  run_id: string;
  status: InferenceResult['status'];
  total_samples: number;
  result_key: string;
}

const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1000;

export function createInferenceHandler({ s3, telemetry, bundled }: InferenceDependencies) {
  let coldStart = true;
  return observed(telemetry, async (event, context): Promise<InferenceAnswer> => {
    const wasCold = coldStart;
    coldStart = false;
    const job = parseInput(jobSchema, event, 'the job');
    telemetry.logger.appendKeys({ rank: job.RANK, run_id: job.RUN_ID });
    const result = await infer(s3, job, context, wasCold, bundled);
    const key = resultKey(job.RESULT_PATH, job.RANK);
    await putJson(s3, job.RESULT_BUCKET, key, result);
    report(telemetry, result);
    return {
      statusCode: 200,
      rank: job.RANK,
      run_id: result.run_id,
      status: result.status,
      total_samples: result.total_samples,
      result_key: key,
    };
  });
}

async function infer(
  s3: S3Client,
  job: Job,
  context: Context,
  coldStart: boolean,
  bundled: ModelLocation | undefined,
): Promise<InferenceResult> {
  resetPeakRss();
  const startedAt = performance.now();
  const cpuBefore = cpuSeconds();
  const runId = job.RUN_ID ?? context.awsRequestId;
  const memoryMB = Number(context.memoryLimitInMB);
  const model = await loadModel(s3, bundled ?? (await modelOf(s3, job)), memoryMB);
  const modelS = secondsSince(startedAt);

  const transfer = new TransferStatistics();
  const { partitions, predictions } = await inferPartitions(s3, job, model, transfer);

  const writeStartedAt = performance.now();
  const key = predictions.length > 0 ? predictionsKey(job.RESULT_PATH, job.RANK) : null;
  const parquetKey =
    key !== null && job.PARQUET_PREDICTIONS ? parquetPredictionsKey(job.RESULT_PATH, job.RANK) : undefined;
  const put = (Key: string, Body: Uint8Array, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: job.RESULT_BUCKET, Key, Body, ContentType }));
  const code = await codeSha256();
  if (key !== null) {
    const body = renderPredictionsFits(predictions, {
      RUNID: runId,
      RANK: job.RANK,
      MODEL: model.location.key,
      MODELSHA: model.sha256,
      ...(code === null ? {} : { CODESHA: code }),
    });
    await put(key, body, 'application/fits');
  }
  if (parquetKey !== undefined) {
    const { renderPredictionsParquet } = await import('./predictions-parquet.ts');
    const body = await renderPredictionsParquet(predictions, {
      run_id: runId,
      rank: job.RANK,
      request_id: context.awsRequestId,
      function_arn: context.invokedFunctionArn,
      function_version: context.functionVersion,
      code_sha256: code,
      model: model.location.key,
      model_sha256: model.sha256,
      model_precision: model.precision,
      data_bucket: job.DATA_BUCKET,
      partitions,
    });
    await put(parquetKey, body, 'application/vnd.apache.parquet');
  }
  const writeS = secondsSince(writeStartedAt);
  const cpu = cpuSeconds();
  return buildResult(
    {
      job,
      runId,
      model,
      partitions,
      predictionsKey: key,
      parquetKey,
      codeSha256: code,
      memoryMB,
      coldStart,
      requestId: context.awsRequestId,
    },
    {
      wallS: secondsSince(startedAt),
      cpuUserS: cpu.userS - cpuBefore.userS,
      cpuSystemS: cpu.systemS - cpuBefore.systemS,
      peakRssMB: peakRssMB(),
      modelS,
      iterationS: predictions.reduce((sum, { iterationS }) => sum + iterationS, 0),
      writeS,
      batchSeconds: predictions.flatMap(({ batchSeconds }) => batchSeconds),
      transfer,
    },
  );
}

/** The model that init chose for the whole run; a job from elsewhere names only the folder. */
async function modelOf(s3: S3Client, job: Job): Promise<ModelLocation> {
  if (job.MODEL_KEY !== undefined) {
    const bucket = job.BUCKET;
    const int8 = job.MODEL_INT8_KEY;
    return {
      bucket,
      key: job.MODEL_KEY,
      etag: job.MODEL_ETAG ?? '',
      ...(int8 === undefined ? {} : { int8: { bucket, key: int8, etag: job.MODEL_INT8_ETAG ?? '' } }),
    };
  }
  return locateModel(s3, job.BUCKET, job.S3_OBJECT_NAME.replace(/\/+$/, ''), job.S3_OBJECT_TYPE);
}

function pathsOf({ DATA_PATH }: Job): string[] {
  if (DATA_PATH === null) return [];
  return typeof DATA_PATH === 'string' ? [DATA_PATH] : DATA_PATH;
}

/** All partitions of the rank, one after another. */
async function inferPartitions(
  s3: S3Client,
  job: Job,
  model: Model,
  transfer: TransferStatistics,
): Promise<{ partitions: InferenceResult['partitions']; predictions: PartitionPredictions[] }> {
  const partitions: InferenceResult['partitions'] = [];
  const predictions: PartitionPredictions[] = [];
  const paths = pathsOf(job);
  const open = (index: number) => openAhead(s3, job, paths[index], transfer);
  for (let index = 0, next = open(0); index < paths.length; index++) {
    const openedAt = performance.now();
    const { source, partition } = (await next)!;
    const openS = secondsSince(openedAt);
    // The next partition's first bytes come while the model works on this one.
    next = open(index + 1);
    const predicted = await predictPartition(partition, model, job.BATCH_SIZE, paths[index]!).finally(() =>
      partition.close?.(),
    );
    predicted.iterationS += openS;
    predictions.push(predicted);
    partitions.push({
      data_path: paths[index]!,
      format: partition.format,
      size_bytes: source.sizeBytes,
      samples: partition.samples,
      bits_per_sample: partition.sampleBits,
      etag: source.etag,
    });
  }
  return { partitions, predictions };
}

/** Opens a partition if there is one; a failure is seen by whoever waits for it, not before. */
function openAhead(
  s3: S3Client,
  job: Pick<Job, 'DATA_BUCKET' | 'IMAGING'>,
  key: string | undefined,
  transfer: TransferStatistics,
): Promise<{ source: S3Partition; partition: Partition } | undefined> {
  const opening = (async () => {
    if (key === undefined) return undefined;
    const source = await S3Partition.open(s3, job.DATA_BUCKET, key, transfer);
    return { source, partition: await openPartition(source, job.IMAGING) };
  })();
  opening.catch(() => {});
  return opening;
}

function report({ logger, metrics }: Telemetry, result: InferenceResult): void {
  if (result.status === 'no-file') logger.warn('this rank has no file', { rank: result.rank });
  metrics.addMetric('Samples', MetricUnit.Count, result.total_samples);
  metrics.addMetric('InferenceTime', MetricUnit.Seconds, result.phases.inference_s);
  metrics.addMetric('ReadTime', MetricUnit.Seconds, result.phases.read_s);
  metrics.addMetric('CpuTime', MetricUnit.Seconds, result['total_cpu_time (seconds)']);
  metrics.addMetric('PeakRss', MetricUnit.Megabytes, result['total_cpu_memory (MB)']);
  metrics.addMetric('S3Bytes', MetricUnit.Bytes, result.s3_bytes);
  metrics.addMetric('SamplesPerSecond', MetricUnit.CountPerSecond, result.sample_persec);
  metrics.addMetadata('run_id', result.run_id);
  metrics.addMetadata('rank', String(result.rank));
}

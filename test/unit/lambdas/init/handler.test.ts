import { beforeEach, describe, expect, it } from 'vitest';
import { createInitHandler } from '../../../../lambdas/init/handler.ts';
import { bundledModel } from '../../../../lambdas/shared/model-location.ts';
import { lambdaContext, silentTelemetry } from '../lambda-context.ts';
import { failure, MemoryS3 } from '../memory-s3.ts';

/** The seed's own payload. */
const SEED_INPUT = {
  bucket: 'team4-cosmical',
  file_limit: '100',
  batch_size: 512,
  object_type: 'folder',
  S3_object_name: 'Anomaly Detection',
  script: '/tmp/Anomaly Detection/Inference/inference.py',
  result_path: 'result-partition-50MB/1GB/1',
  data_bucket: 'cosmicai-data',
  data_prefix: '50MB',
};

const envelope = (input: unknown, name = 'run-1') => ({
  input,
  execution: { state_machine: 'cosmicai-pipeline', name, start_time: '2026-11-23T17:43:35.123Z' },
});

let s3: MemoryS3;
let init: ReturnType<typeof createInitHandler>;

beforeEach(() => {
  s3 = new MemoryS3();
  s3.put('team4-cosmical', 'Anomaly Detection/model.onnx', 'weights');
  init = createInitHandler({ s3: s3.client, telemetry: silentTelemetry(), maxConcurrency: 0 });
});

const putPartitions = (prefix: string, count: number) => {
  for (let i = 0; i < count; i++) s3.put('cosmicai-data', `${prefix}/${i}.pt`, 'x');
};

describe('init', () => {
  it('looks for no model in S3 when it is bundled', async () => {
    const bundled = bundledModel({ MODEL_BUNDLED: 'model.onnx', MODEL_SHA256: 'digest' });
    const withBundle = createInitHandler({
      s3: s3.client,
      telemetry: silentTelemetry(),
      maxConcurrency: 0,
      bundled,
    });
    s3.put('cosmicai-data', '50MB/1.pt', 'x');
    const input = { ...SEED_INPUT, S3_object_name: 'nowhere' };
    const { body } = await withBundle(envelope(input), lambdaContext());
    expect(body![0]).toMatchObject({ MODEL_KEY: 'bundle:model.onnx', MODEL_ETAG: 'digest' });
    await expect(init(envelope(input), lambdaContext())).rejects.toThrow('exactly one .onnx file');
  });

  it('answers the jobs of the seed payload with the original keys', async () => {
    putPartitions('50MB', 3);
    const answer = await init(SEED_INPUT, lambdaContext());
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toHaveLength(3);
    expect(answer.body![1]).toEqual({
      S3_BUCKET: 'team4-cosmical',
      BUCKET: 'team4-cosmical',
      RESULT_BUCKET: 'team4-cosmical',
      S3_OBJECT_NAME: 'Anomaly Detection',
      SCRIPT: '/tmp/Anomaly Detection/Inference/inference.py',
      S3_OBJECT_TYPE: 'folder',
      WORLD_SIZE: '3',
      RANK: '1',
      DATA_BUCKET: 'cosmicai-data',
      DATA_PREFIX: '50MB',
      DATA_PATH: '50MB/1.pt',
      RESULT_PATH: 'result-partition-50MB/1GB/1',
      BATCH_SIZE: 512,
      FILE_LIMIT: 100,
      RUN_ID: lambdaContext().awsRequestId,
      MODEL_KEY: 'Anomaly Detection/model.onnx',
      MODEL_ETAG: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
  });

  it('lists every page: 1,500 partitions give 1,500 jobs (fault 1)', async () => {
    putPartitions('25MB', 1500);
    const { run } = await init({ ...SEED_INPUT, data_prefix: '25MB', file_limit: '5000' }, lambdaContext());
    expect(run.files).toBe(1500);
    expect(s3.json(run.bucket, run.jobs_key)).toHaveLength(1500);
  });

  it.each([
    ['runs/1GB/1', 'runs/1GB/10'],
    ['25MB', '25MB-old'],
  ])('takes %s without %s (fault 2)', async (prefix, neighbour) => {
    putPartitions(prefix, 2);
    putPartitions(neighbour, 3);
    const { body } = await init({ ...SEED_INPUT, data_prefix: prefix }, lambdaContext());
    expect(body!.map((job) => job.DATA_PATH)).toEqual([`${prefix}/0.pt`, `${prefix}/1.pt`]);
  });

  it('passes over folder markers, and takes a prefix with slashes at its ends', async () => {
    s3.put('cosmicai-data', '50MB/', '');
    putPartitions('50MB', 1);
    const { body } = await init({ ...SEED_INPUT, data_prefix: '/50MB/' }, lambdaContext());
    expect(body!.map((job) => job.DATA_PATH)).toEqual(['50MB/0.pt']);
  });

  it('keeps what travels through the states small at any size; the jobs lie in S3 (fault 3)', async () => {
    putPartitions('25MB', 1500);
    const answer = await init({ ...SEED_INPUT, data_prefix: '25MB', file_limit: '5000' }, lambdaContext());
    const jobs = s3.json(answer.run.bucket, answer.run.jobs_key);
    expect(JSON.stringify(jobs).length).toBeGreaterThan(256 * 1024);
    expect(JSON.stringify(answer).length).toBeLessThan(1024);
    expect(answer.body).toBeNull();
  });

  it('gives every execution keys of its own (fault 5)', async () => {
    putPartitions('50MB', 2);
    const [a, b] = await Promise.all([
      init(envelope(SEED_INPUT, 'run-1'), lambdaContext()),
      init(envelope({ ...SEED_INPUT, file_limit: '1' }, 'run-2'), lambdaContext()),
    ]);
    expect(a.run.run_id).toBe('run-1-20261123T174335123Z');
    expect(a.run.payload_key).toBe('payloads/cosmicai-pipeline/run-1-20261123T174335123Z/payload.json');
    expect(s3.json('team4-cosmical', a.run.payload_key)).toMatchObject({
      ...SEED_INPUT,
      file_limit: 100,
      data_map: { 0: '50MB/0.pt', 1: '50MB/1.pt' },
    });
    expect(s3.json('team4-cosmical', b.run.jobs_key)).toHaveLength(1);
  });

  it('uses the buckets of the input and no other (fault 5)', async () => {
    const other = { ...SEED_INPUT, bucket: 'another-work', data_bucket: 'another-data' };
    s3.put('another-work', 'Anomaly Detection/model.onnx', 'weights');
    s3.put('another-data', '50MB/0.pt', 'x');
    await init(other, lambdaContext());
    const buckets = new Set(s3.requests.map(({ path }) => path.split('/')[1]));
    expect([...buckets].sort()).toEqual(['another-data', 'another-work']);
  });

  it('spreads files over ranks: lists where there are several, null where there is none (fault 7)', async () => {
    putPartitions('50MB', 3);
    const two = await init({ ...SEED_INPUT, world_size: '2' }, lambdaContext());
    expect(two.body!.map((job) => job.DATA_PATH)).toEqual([['50MB/0.pt', '50MB/2.pt'], '50MB/1.pt']);
    const five = await init({ ...SEED_INPUT, world_size: 5 }, lambdaContext());
    expect(five.body!.map((job) => job.DATA_PATH)).toEqual([
      '50MB/0.pt',
      '50MB/1.pt',
      '50MB/2.pt',
      null,
      null,
    ]);
    expect(five.run.ranks_without_file).toBe(2);
  });

  it('takes at most file_limit partitions, all of them without one', async () => {
    putPartitions('50MB', 5);
    const { file_limit: _, ...unlimited } = SEED_INPUT;
    expect((await init({ ...SEED_INPUT, file_limit: 2 }, lambdaContext())).run.files).toBe(2);
    expect((await init(unlimited, lambdaContext())).run.files).toBe(5);
  });

  it.each([
    [{ file_limit: 'ten' }, /file_limit: expected a whole number/],
    [{ file_limit: '0' }, /file_limit/],
    [{ batch_size: undefined }, /batch_size/],
    [{ bucket: 'Not_A_Bucket' }, /bucket: expected a bucket name/],
    [{ result_path: '/' }, /result_path: expected a folder/],
    [{ bucket: 'cosmicai-data', result_path: '50MB/results' }, /lies within data_prefix/],
  ])('refuses %j by name and field', async (change, message) => {
    putPartitions('50MB', 1);
    s3.put('cosmicai-data', 'Anomaly Detection/model.onnx', 'weights');
    await expect(init({ ...SEED_INPUT, ...change }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  it('fails by name without partitions, without a model, and with two models', async () => {
    await expect(init(SEED_INPUT, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.NoPartitions',
    });
    putPartitions('50MB', 1);
    await expect(init({ ...SEED_INPUT, S3_object_name: 'None' }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.ModelNotFound',
    });
    s3.put('team4-cosmical', 'Anomaly Detection/other.onnx', 'weights');
    await expect(init(SEED_INPUT, lambdaContext())).rejects.toThrow(
      /exactly one .onnx file, found .*other\.onnx/,
    );
  });

  it('names an S3 that throttles so that the state machine can try again', async () => {
    s3.intercept = () => failure(503, 'SlowDown');
    await expect(init(SEED_INPUT, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.StorageUnavailable',
    });
    s3.intercept = () => failure(403, 'AccessDenied');
    await expect(init(SEED_INPUT, lambdaContext())).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

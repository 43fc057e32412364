import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../harness/packs/redshift/data/generate.ts';
import { parseFitsTable } from '../../../../harness/packs/redshift/evidence/parse-fits-table.ts';
import { createInferenceHandler } from '../../../../lambdas/inference/handler.ts';
import type { InferenceResult } from '../../../../lambdas/shared/inference-result.ts';
import { inferenceResultSchema } from '../../../../lambdas/shared/inference-result.ts';
import { bundledModel } from '../../../../lambdas/shared/model-location.ts';
import { lambdaContext, silentTelemetry } from '../lambda-context.ts';
import { failure, MemoryS3 } from '../memory-s3.ts';
import { logModel, meanModel, paddedModel } from '../tiny-model.ts';

/** Sample `i` has pixels of `i` and magnitudes of 20: the mean model answers i + 20. */
function partition(
  samples: number,
  options: { redshift?: boolean; pixel?: (i: number) => number } = {},
): string {
  const pixel = options.pixel ?? ((i) => i);
  const data = Array.from({ length: samples }, (_, i) => ({
    image: new Array(5120).fill(pixel(i)),
    magnitude: [20, 20, 20, 20, 20],
    ...(options.redshift === false ? {} : { redshift: i / 10 }),
  }));
  return JSON.stringify({ format: 'cosmicai-partition/1', samples, shape: [5, 32, 32], data });
}

const JOB = {
  S3_BUCKET: 'work',
  BUCKET: 'work',
  RESULT_BUCKET: 'work',
  S3_OBJECT_NAME: 'Anomaly Detection',
  SCRIPT: '',
  S3_OBJECT_TYPE: 'folder',
  WORLD_SIZE: '2',
  RANK: '1',
  DATA_BUCKET: 'data',
  DATA_PREFIX: '50MB',
  DATA_PATH: '50MB/1.json' as string | string[] | null,
  RESULT_PATH: 'results',
  BATCH_SIZE: 100 as number | string,
  FILE_LIMIT: 2,
  RUN_ID: 'run-1',
};

let s3: MemoryS3;
let infer: ReturnType<typeof createInferenceHandler>;

beforeEach(() => {
  s3 = new MemoryS3();
  s3.put('work', 'Anomaly Detection/model.onnx', meanModel());
  infer = createInferenceHandler({ s3: s3.client, telemetry: silentTelemetry() });
});

const resultOf = (rank = 1) => s3.json('work', `results/${rank}.json`) as InferenceResult;

describe('inference', () => {
  it('writes a result with the keys of the original, and of figures that agree with each other', async () => {
    s3.put('data', '50MB/1.json', partition(250));
    const answer = await infer(JOB, lambdaContext());
    expect(answer).toEqual({
      statusCode: 200,
      rank: 1,
      run_id: 'run-1',
      status: 'done',
      total_samples: 250,
      result_key: 'results/1.json',
    });
    const result = inferenceResultSchema.parse(resultOf());
    expect(result).toMatchObject({
      rank: 1,
      num_batches: 3,
      batch_size: 100,
      device: 'cpu',
      total_samples: 250,
      data_path: '50MB/1.json',
      result_path: 'results',
      data_prefix: '50MB',
      data_bucket: 'data',
      file_limit: 2,
      status: 'done',
    });
    // Fault 8: rates come from wall time in the model, once counted, and memory from the kernel.
    const { phases } = result;
    expect(result.sample_persec).toBeCloseTo(250 / phases.inference_s, 6);
    expect(result.throughput_bps).toBeCloseTo(result.sample_persec * 164_000, 3);
    expect(result['execution_time (seconds/batch)']).toBeCloseTo((phases.inference_s * 100) / 250, 9);
    expect(phases.inference_s).toBeLessThanOrEqual(result.wall_time_s);
    expect(result['total_cpu_time (seconds)']).toBeCloseTo(result.cpu_user_s + result.cpu_system_s, 9);
    expect(result['total_cpu_memory (MB)']).toBeGreaterThan(20);
    expect(result['total_cpu_memory (MB)']).toBeLessThan(4000);
    expect(result.s3_bytes).toBe(s3.objects.get('data/50MB/1.json')!.length);
  });

  it('predicts every sample in its place, whatever the batch size', async () => {
    s3.put('data', '50MB/1.json', partition(333));
    for (const BATCH_SIZE of [1, '7', 64, 512]) {
      await infer({ ...JOB, BATCH_SIZE }, lambdaContext());
      const { columns, rows, header } = parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!);
      expect(rows).toBe(333);
      expect(columns['z_pred']).toEqual(Array.from({ length: 333 }, (_, i) => i + 20));
      expect(columns['z_true']).toEqual(Array.from({ length: 333 }, (_, i) => Math.fround(i / 10)));
      expect(columns['id']).toEqual(Array.from({ length: 333 }, (_, i) => i));
      expect(header['RUNID']).toBe('run-1');
      expect(resultOf().num_batches).toBe(Math.ceil(333 / Number(BATCH_SIZE)));
    }
  });

  it('writes the same predictions as Parquet where the job asks for it, with units and provenance', async () => {
    s3.put('data', '50MB/1.json', partition(20));
    await infer(JOB, lambdaContext());
    expect([...s3.objects.keys()].filter((key) => key.endsWith('.parquet'))).toEqual([]);
    expect(resultOf().predictions_parquet_key).toBeUndefined();
    await infer({ ...JOB, PARQUET_PREDICTIONS: true }, lambdaContext());
    const result = inferenceResultSchema.parse(resultOf());
    expect(result.predictions_parquet_key).toBe('results/1.predictions.parquet');
    const bytes = s3.objects.get('work/results/1.predictions.parquet')!;
    const file = Uint8Array.from(bytes).buffer;
    const rows = await parquetReadObjects({ file });
    const { columns } = parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!);
    expect(Object.keys(rows[0]!)).toEqual(Object.keys(columns));
    for (const [name, values] of Object.entries(columns))
      expect({ name, values: rows.map((row) => (name === 'id' ? Number(row[name]) : row[name])) }).toEqual({
        name,
        values: [...values],
      });
    const told = new Map(
      parquetMetadata(file).key_value_metadata!.map(({ key, value }) => [key, JSON.parse(value!)]),
    );
    expect(told.get('units')).toMatchObject({ mag_u: 'mag', z_pred: '' });
    const etag = result.partitions[0]!.etag;
    expect(told.get('provenance')).toMatchObject({
      run_id: 'run-1',
      rank: 1,
      model: 'Anomaly Detection/model.onnx',
      model_sha256: createHash('sha256').update(meanModel()).digest('hex'),
      partitions: [{ data_path: '50MB/1.json', etag, samples: 20 }],
    });
    expect(result.model_sha256).toBe(told.get('provenance').model_sha256);
  });

  it('reads partitions of other bands and sizes as the job describes them', async () => {
    const parts: Buffer[] = [];
    await generatePartition(
      { seed: 3, samples: 5, format: 'hdf5' },
      { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
    );
    s3.put('data', '50MB/1.h5', Buffer.concat(parts));
    const job = { ...JOB, DATA_PATH: '50MB/1.h5' };
    const predicted = async (IMAGING?: unknown) => {
      await infer({ ...job, ...(IMAGING === undefined ? {} : { IMAGING }) }, lambdaContext());
      return parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!).columns;
    };
    const plain = await predicted();
    const turned = await predicted({ bands: ['z', 'i', 'r', 'g', 'u'] });
    expect(turned['mag_u']).toEqual(plain['mag_z']);
    expect(turned['mag_g']).toEqual(plain['mag_i']);
    await expect(infer({ ...job, IMAGING: { bands: ['u'] } }, lambdaContext())).rejects.toThrow(/IMAGING/);
  });

  it('leaves z_true out when the partition has no redshifts', async () => {
    s3.put('data', '50MB/1.json', partition(3, { redshift: false }));
    await infer(JOB, lambdaContext());
    const { columns } = parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!);
    expect(Object.keys(columns)).toEqual([
      ...['data_path', 'id', 'z_pred'],
      ...['mag_u', 'mag_g', 'mag_r', 'mag_i', 'mag_z'],
    ]);
  });

  it('works off all files of a rank', async () => {
    s3.put('data', '50MB/1.json', partition(30));
    s3.put('data', '50MB/12.json', partition(20));
    await infer({ ...JOB, DATA_PATH: ['50MB/1.json', '50MB/12.json'] }, lambdaContext());
    expect(resultOf()).toMatchObject({
      total_samples: 50,
      num_batches: 2,
      data_path: ['50MB/1.json', '50MB/12.json'],
    });
    const { columns } = parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!);
    expect(columns['data_path']).toEqual([
      ...Array(30).fill('50MB/1.json'),
      ...Array(20).fill('50MB/12.json'),
    ]);
  });

  it('says so when the rank has no file (fault 7)', async () => {
    const answer = await infer({ ...JOB, DATA_PATH: null }, lambdaContext());
    expect(answer.status).toBe('no-file');
    expect(inferenceResultSchema.parse(resultOf())).toMatchObject({
      status: 'no-file',
      total_samples: 0,
      num_batches: 0,
      sample_persec: 0,
      predictions_key: null,
    });
  });

  it.each([
    ['an empty object', '', 'PartitionError.Empty'],
    ['a truncated one', partition(9).slice(0, -2000), 'PartitionError.Truncated'],
    ['NaN among the pixels', partition(3).replace('[2,2,', '[NaN,2,'), 'PartitionError.NonFinite'],
    ['a missing pixel', partition(3).replace('[2,2,', '[2,'), 'PartitionError.WrongShape'],
    ['something else', 'GIF89a', 'PartitionError.UnknownFormat'],
  ])('fails by name on %s (fault 7)', async (_what, body, name) => {
    s3.put('data', '50MB/1.json', body);
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({
      name,
      message: expect.stringContaining('s3://data/50MB/1.json'),
    });
    expect(s3.objects.has('work/results/1.json')).toBe(false);
  });

  it('fails by name when the partition is gone, or replaced while it is read', async () => {
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.PartitionMissing',
    });
    // More than one chunk: the second GET finds another object.
    const large = partition(200, { pixel: (i) => i + 0.123456789 });
    expect(large.length).toBeGreaterThan(8 * 1024 * 1024);
    s3.put('data', '50MB/1.json', large);
    s3.intercept = ({ headers }) => {
      if (headers['if-match']) s3.put('data', '50MB/1.json', large.replace(':200,', ':201,'));
      return undefined;
    };
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.PartitionChanged',
    });
  });

  it('fails by name when the model answers NaN, or is no model of this contract', async () => {
    s3.put('data', '50MB/1.json', partition(100, { pixel: (i) => (i === 77 ? -100 : 1) }));
    s3.put('work', 'Anomaly Detection/model.onnx', logModel());
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.NonFinitePrediction',
      message: expect.stringContaining('sample 77 of 50MB/1.json'),
    });
    s3.put('work', 'Anomaly Detection/model.onnx', meanModel('mass'));
    await expect(infer(JOB, lambdaContext())).rejects.toThrow(
      /answers \(mass\), expected \(image, magnitude\) -> redshift/,
    );
    s3.put('work', 'Anomaly Detection/model.onnx', 'no model');
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({ name: 'PipelineError.ModelContract' });
  });

  it('takes a bundled model from its own package, whatever S3 holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, 'model', 'model.onnx'), meanModel());
    const bundled = bundledModel({
      MODEL_BUNDLED: 'model.onnx',
      MODEL_SHA256: 'digest',
      LAMBDA_TASK_ROOT: folder,
    });
    const inferBundled = createInferenceHandler({ s3: s3.client, telemetry: silentTelemetry(), bundled });
    s3.put('work', 'Anomaly Detection/model.onnx', 'no model');
    s3.put('data', '50MB/1.json', partition(3));
    await inferBundled(JOB, lambdaContext());
    expect(resultOf()).toMatchObject({
      total_samples: 3,
      model_key: 'bundle:model.onnx',
      model_etag: 'digest',
    });
    expect(s3.requests.some(({ path }) => path.endsWith('.onnx'))).toBe(false);
    // The package stays as it is; only downloads are removed.
    expect(existsSync(join(folder, 'model', 'model.onnx'))).toBe(true);
    rmSync(folder, { recursive: true });
    expect(bundledModel({})).toBeUndefined();
  });

  it('leaves no downloaded model behind under /tmp', async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`model-${process.pid}-`));
    s3.put('data', '50MB/1.json', partition(3));
    s3.put('work', 'one/more.onnx', meanModel());
    await infer({ ...JOB, MODEL_KEY: 'one/more.onnx' }, lambdaContext());
    s3.put('work', 'one/worse.onnx', 'no model');
    await expect(infer({ ...JOB, MODEL_KEY: 'one/worse.onnx' }, lambdaContext())).rejects.toThrow(
      's3://work/one/worse.onnx is no usable ONNX model',
    );
    expect(left()).toEqual([]);
  });

  it('downloads a large model in ranges, all of one version', async () => {
    s3.put('data', '50MB/1.json', partition(3));
    const model = paddedModel(20 * 1024 * 1024);
    s3.put('work', 'Anomaly Detection/model.onnx', model);
    await infer(JOB, lambdaContext());
    const { columns } = parseFitsTable(s3.objects.get('work/results/1.predictions.fits')!);
    expect(columns['z_pred']).toEqual([20, 21, 22]);
    const gets = s3.requests.filter(({ path, method }) => method === 'GET' && path.endsWith('.onnx'));
    expect(gets.map(({ headers }) => headers['range']).sort()).toEqual([
      'bytes=0-8388607',
      `bytes=16777216-${model.length - 1}`,
      'bytes=8388608-16777215',
    ]);
    expect(gets.every(({ headers }) => headers['if-match'])).toBe(true);
  });

  it('downloads the model once per container, and again when another is asked for', async () => {
    s3.put('data', '50MB/1.json', partition(2));
    s3.put('work', 'other/model.onnx', Buffer.concat([meanModel()]));
    const downloads = () =>
      s3.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('.onnx')).length;
    const job = { ...JOB, MODEL_KEY: 'other/model.onnx' };
    await infer(job, lambdaContext());
    await infer(job, lambdaContext());
    expect(downloads()).toBe(1);
    expect(resultOf().cold_start).toBe(false);
    await infer({ ...job, MODEL_KEY: 'Anomaly Detection/model.onnx' }, lambdaContext());
    expect(downloads()).toBe(2);
  });

  it('names an S3 that throttles', async () => {
    s3.intercept = ({ path }) => (path.includes('50MB') ? failure(503, 'SlowDown') : undefined);
    await expect(infer(JOB, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.StorageUnavailable',
    });
  });

  it('refuses a job without a rank', async () => {
    await expect(infer({ ...JOB, RANK: '' }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.InvalidInput',
      message: expect.stringContaining('RANK'),
    });
  });
});

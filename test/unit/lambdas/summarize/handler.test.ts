import { beforeEach, describe, expect, it } from 'vitest';
import type { InferenceResult } from '../../../../lambdas/shared/inference-result.ts';
import { createSummarizeHandler } from '../../../../lambdas/summarize/handler.ts';
import { lambdaContext, silentTelemetry } from '../lambda-context.ts';
import { failure, MemoryS3 } from '../memory-s3.ts';

const RUN = {
  run_id: 'run-1',
  bucket: 'work',
  payload_key: 'payloads/run-1/payload.json',
  jobs_key: 'payloads/run-1/jobs.json',
  result_bucket: 'work',
  result_path: 'results',
  world_size: 4,
  files: 3,
  ranks_without_file: 1,
  max_concurrency: 0,
};

function result(rank: number, overrides: Partial<InferenceResult> = {}): InferenceResult {
  return {
    'total_cpu_time (seconds)': 1,
    'total_cpu_memory (MB)': 200,
    'execution_time (seconds/batch)': 1,
    num_batches: 1,
    batch_size: 512,
    device: 'cpu',
    throughput_bps: 164_000,
    sample_persec: 1,
    result_path: 'results',
    data_path: `25MB/${rank}.pt`,
    rank,
    file_limit: 3,
    data_prefix: '25MB',
    data_bucket: 'data',
    total_samples: 10,
    run_id: 'run-1',
    status: 'done',
    wall_time_s: 1,
    cpu_user_s: 1,
    cpu_system_s: 0,
    phases: { model_s: 0, read_s: 0, parse_s: 0, inference_s: 1, write_s: 0 },
    batch_seconds: { min: 1, mean: 1, max: 1 },
    s3_num_requests: 1,
    s3_bytes: 1,
    s3_total_time: 1,
    s3_avg_time: 1,
    s3_min_time: 1,
    s3_max_time: 1,
    s3_first_request_time: 1,
    s3_last_response_time: 2,
    partitions: [],
    predictions_key: `results/${rank}.predictions.fits`,
    model_key: 'm/model.onnx',
    model_etag: '"e"',
    precision: 'float32',
    threads: 1,
    inner_batch: 64,
    memory_limit_mb: 1769,
    cold_start: true,
    request_id: 'r',
    ...overrides,
  };
}

let s3: MemoryS3;
let summarize: ReturnType<typeof createSummarizeHandler>;
const put = (rank: number, overrides: Partial<InferenceResult> = {}) =>
  s3.put('work', `results/${rank}.json`, JSON.stringify(result(rank, overrides)));

beforeEach(() => {
  s3 = new MemoryS3();
  summarize = createSummarizeHandler({ s3: s3.client, telemetry: silentTelemetry() });
  s3.put(
    'work',
    RUN.payload_key,
    JSON.stringify({ run: RUN, data_map: { 0: '25MB/0.pt', 1: '25MB/1.pt', 2: '25MB/2.pt', 3: null } }),
  );
  for (const rank of [2, 1, 0]) put(rank);
  put(3, { data_path: null, status: 'no-file', total_samples: 0, num_batches: 0, predictions_key: null });
});

describe('summarize', () => {
  it('joins the results of all ranks in their order', async () => {
    const answer = await summarize({ run: RUN }, lambdaContext());
    expect(answer).toEqual({
      statusCode: 200,
      body: {
        run_id: 'run-1',
        results: 4,
        files: 3,
        ranks_without_file: [3],
        total_samples: 30,
        result_bucket: 'work',
        combined_key: 'results/combined_data.json',
      },
    });
    const combined = s3.json('work', 'results/combined_data.json') as InferenceResult[];
    expect(combined.map(({ rank }) => rank)).toEqual([0, 1, 2, 3]);
  });

  it('fails and names the rank when a result is missing (faults 4 and 6)', async () => {
    s3.objects.delete('work/results/1.json');
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.MissingResults',
      message: '1 of 4 results under s3://work/results/ cannot be used; missing: rank 1',
    });
    expect(s3.objects.has('work/results/combined_data.json')).toBe(false);
  });

  it('takes no result of an earlier run, and none beyond its ranks (fault 4)', async () => {
    put(7, { run_id: 'run-0' });
    await summarize({ run: RUN }, lambdaContext());
    expect(s3.json('work', 'results/combined_data.json')).toHaveLength(4);
    put(2, { run_id: 'run-0' });
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.StaleResults',
      message: expect.stringContaining('of another run: rank 2 (run run-0)'),
    });
    s3.put('work', 'results/2.json', JSON.stringify({ sample_persec: 100 }));
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow('rank 2 (run none)');
  });

  it('refuses a result with a figure that is none, of the wrong partition, or broken off', async () => {
    put(0, { data_path: '25MB/9.pt' });
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toMatchObject({
      name: 'PipelineError.InvalidResults',
    });
    put(0, { sample_persec: Number.NaN });
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow(/rank 0 \(sample_persec: /);
    s3.put('work', 'results/0.json', '{"run_id": "run-1", "rank"');
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow('invalid: rank 0 (it is no JSON)');
  });

  it('names at most forty ranks and counts the rest', async () => {
    const data_map = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, `25MB/${i}.pt`]));
    s3.put('work', RUN.payload_key, JSON.stringify({ run: RUN, data_map }));
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow(
      /missing: rank 4, 5, .*, 43 and 56 more; invalid: rank 3 /,
    );
  });

  it('lets every error of S3 out: the execution must not succeed (fault 6)', async () => {
    s3.intercept = ({ method }) => (method === 'PUT' ? failure(403, 'AccessDenied') : undefined);
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it("refuses a payload that is gone or another run's", async () => {
    s3.put('work', RUN.payload_key, JSON.stringify({ run: { run_id: 'run-0' }, data_map: {} }));
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow(/is the payload of run run-0/);
    s3.objects.delete(`work/${RUN.payload_key}`);
    await expect(summarize({ run: RUN }, lambdaContext())).rejects.toThrow(/is gone/);
  });
});

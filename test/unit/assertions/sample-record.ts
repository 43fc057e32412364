import type { Evidence } from '../../../harness/metrics/evidence.ts';
import type { InferenceResult, PredictionsRecord } from '../../../harness/packs/redshift/evidence/results.ts';
import type { TruthRecord } from '../../../harness/packs/redshift/verification/truth.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { CAPABILITIES } from '../../../harness/record/capability.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';

registerPacks();

/** Results of a record, to be changed. */
export const resultsIn = ({ evidence }: RunRecord) => evidence['results'] as InferenceResult[];
/** Predictions of a record, to be changed. */
export const predictionsIn = ({ evidence }: RunRecord) => evidence['predictions'] as PredictionsRecord[];

/** What the harness read of the partitions, to be changed. */
export const truthIn = ({ evidence }: RunRecord) => evidence['truth'] as TruthRecord[];

/** A result of one worker, consistent in itself: 600 samples in 2 batches, 300 samples/s. */
export function sampleResult(overrides: Partial<InferenceResult> = {}): InferenceResult {
  return {
    'total_cpu_time (seconds)': 3,
    'total_cpu_memory (MB)': 400,
    'execution_time (seconds/batch)': 512 / 300,
    num_batches: 2,
    batch_size: 512,
    device: 'cpu',
    throughput_bps: 300 * 164_160,
    sample_persec: 300,
    result_path: 'results/1',
    data_path: '25MB/1.pt',
    rank: 0,
    data_prefix: '25MB',
    data_bucket: 'cosmicai-data',
    total_samples: 600,
    predictions_key: `results/1/${overrides.rank ?? 0}.predictions.fits`,
    wall_time_s: 2.5,
    memory_limit_mb: 10_240,
    s3_num_requests: 5,
    phases: { model_s: 0.1, read_s: 0.2, parse_s: 0.1, inference_s: 2, write_s: 0.1 },
    ...overrides,
  };
}

const task = (name: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `arn:aws:lambda:us-east-1:000000000000:function:cosmicai-${name}` },
  ...more,
});

const DEFINITION = {
  StartAt: 'Initialize',
  States: {
    Initialize: task('init', { Next: 'Distributed Inference' }),
    'Distributed Inference': {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Model Inference',
        States: { 'Model Inference': task('inference', { End: true }) },
      },
      Next: 'Summarize',
    },
    Summarize: task('summarize', { End: true }),
  },
};

/** Evidence of a run of two workers that went well. */
export function sampleEvidence(change: (record: RunRecord) => void = () => {}): Evidence {
  const entered = (id: number, name: string, type = 'TaskStateEntered') => ({
    id,
    previousEventId: id - 1,
    timestampMs: 1000 + id,
    type,
    stateEnteredEventDetails: { name },
  });
  const child = (index: number) => ({
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:cosmicai/Inference:child-${index}`,
    mapRunArn: 'arn:map',
    status: 'SUCCEEDED',
    startedAtMs: 2000,
    stoppedAtMs: 4500,
    input: {
      RANK: String(index - 1),
      DATA_PATH: `25MB/${index}.pt`,
      RESULT_PATH: 'results/1',
      RUN_ID: 'run',
    },
    output: {
      statusCode: 200,
      rank: index - 1,
      run_id: 'run',
      total_samples: 600,
      result_key: `results/1/${index - 1}.json`,
    },
    history: [entered(2, 'Model Inference')],
  });
  const counts = { pending: 0, running: 0, failed: 0, timedOut: 0, aborted: 0, resultsWritten: 0 };
  const mapRun = {
    mapRunArn: 'arn:map',
    status: 'SUCCEEDED',
    startedAtMs: 2000,
    stoppedAtMs: 4500,
    maxConcurrency: 0,
    toleratedFailureCount: 0,
    toleratedFailurePercentage: 0,
    itemCounts: { ...counts, succeeded: 2, total: 2 },
    executionCounts: { ...counts, succeeded: 2, total: 2 },
  };
  const invocation = (functionName: string, requestId: string, durationMs: number) => ({
    functionName,
    requestId,
    logStream: 'stream',
    endedAtMs: 5000,
    durationMs,
    billedDurationMs: Math.ceil(durationMs),
    memorySizeMB: 1024,
    maxMemoryUsedMB: 300,
  });
  const record: RunRecord = {
    recordVersion: 2,
    runId: 'run',
    scenario: 'sample',
    pack: 'redshift',
    functions: {
      init: 'cosmicai-init',
      inference: 'cosmicai-inference',
      summarize: 'cosmicai-summarize',
    },
    parameters: {},
    backend: { name: 'embedded', capabilities: Object.keys(CAPABILITIES) },
    clock: 'wall',
    startedAtMs: 1000,
    endedAtMs: 6000,
    host: { cpuModel: 'cpu', cpus: 2, memoryMB: 8192, platform: 'linux', node: 'v22' },
    artifacts: [],
    dataset: {
      bucket: 'cosmicai-data',
      prefix: '25MB',
      format: 'pt',
      partitionMB: 25,
      nominalPartitionBytes: 25 * 1024 ** 2,
      partitions: [
        { key: '25MB/1.pt', sizeBytes: 10, samples: 600 },
        { key: '25MB/2.pt', sizeBytes: 10, samples: 600 },
      ],
    },
    executions: [
      {
        executionArn: 'arn:execution',
        name: 'run',
        status: 'SUCCEEDED',
        startedAtMs: 1000,
        stoppedAtMs: 5000,
        input: {},
        definition: DEFINITION,
        output: { statusCode: 200, body: { results: 2 } },
        history: [
          entered(2, 'Initialize'),
          entered(3, 'Distributed Inference', 'MapStateEntered'),
          entered(4, 'Summarize'),
        ],
        mapRuns: [mapRun],
        children: [child(1), child(2)],
      },
    ],
    invocations: [
      { ...invocation('cosmicai-init', 'a', 100), initDurationMs: 150 },
      { ...invocation('cosmicai-inference', 'b', 2500.5), initDurationMs: 300 },
      invocation('cosmicai-inference', 'c', 2400),
      invocation('cosmicai-summarize', 'd', 100),
    ],
    objects: [
      { bucket: 'team4', key: 'results/1/0.json', sizeBytes: 9, etag: 'a', lastModifiedMs: 1 },
      { bucket: 'team4', key: 'results/1/1.json', sizeBytes: 9, etag: 'b', lastModifiedMs: 1 },
      { bucket: 'team4', key: 'results/1/combined_data.json', sizeBytes: 9, etag: 'c', lastModifiedMs: 1 },
    ],
    written: { written: 3, checked: 3, problems: [] },
    evidence: {
      plans: [{ name: 's3://team4/payloads/payload.json', problems: [] }],
      results: [sampleResult(), sampleResult({ rank: 1, data_path: '25MB/2.pt' })],
      predictions: [0, 1].map((rank) => ({
        bucket: 'team4',
        key: `results/1/${rank}.predictions.fits`,
        rank,
        dataPath: new Array<string>(600).fill(`25MB/${rank + 1}.pt`),
        sample: Array.from({ length: 600 }, (_, i) => i),
        zPred: Array.from({ length: 600 }, (_, i) => 0.1 + i / 2000),
        zTrue: Array.from({ length: 600 }, (_, i) => 0.1 + i / 2000),
      })),
      truth: [1, 2].map((number) => ({
        key: `25MB/${number}.pt`,
        samples: 600,
        redshifts: Array.from({ length: 600 }, (_, i) => 0.1 + i / 2000),
        reference: { sample: [3, 500], float32: { zPred: [0.1 + 3 / 2000, 0.1 + 500 / 2000] } },
      })),
      recomputed: [{ model: 'model/model.onnx', modelSha256: 'abc', samples: 4, durationMs: 250 }],
    },
    gaps: [],
    unservedStates: [],
    logs: [{ logGroup: '/aws/lambda/x', logStream: 's', timestampMs: 1, message: 'x'.repeat(974) }],
  };
  change(record);
  return { record, runFolder: '/runs/run' };
}

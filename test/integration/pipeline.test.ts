/**
 * The whole pipeline on the embedded backend: deployed through the SDK, functions from their zips as processes,
 * the real state machine. The model is a stand-in whose answer is known exactly, so every prediction is checked.
 * Each fault of the original has its test.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactSet, buildArtifacts } from '../../harness/artifacts/build-artifacts.ts';
import type { RunningBackend } from '../../harness/backends/backend.ts';
import { backendNamed } from '../../harness/backends/index.ts';
import { wallClock } from '../../harness/core/clock.ts';
import type { JsonObject } from '../../harness/core/json.ts';
import { seededRandom } from '../../harness/core/random.ts';
import { type AwsClients, clientsFor } from '../../harness/deploy/aws-access.ts';
import { type Deployment, deploy, teardown } from '../../harness/deploy/deploy.ts';
import type { DeploymentSpec } from '../../harness/deploy/deployment-spec.ts';
import { generatePartition } from '../../harness/packs/redshift/data/generate.ts';
import { redshiftEvidence } from '../../harness/packs/redshift/evidence/reader.ts';
import { predictionsOf, resultsOf } from '../../harness/packs/redshift/evidence/results.ts';
import type { ExecutionRecord, RunRecord } from '../../harness/record/run-record.ts';
import { ARTIFACT_CACHE, bucketsNamed, type CosmicAiChanges, cosmicAi } from '../cosmic-ai.ts';
import { meanModel } from '../unit/lambdas/tiny-model.ts';

const clock = wallClock();
let folder: string;
let backend: RunningBackend;
let clients: AwsClients;
let artifacts: ArtifactSet;
let deployment: Deployment;

const specOf = (prefix: string, set: ArtifactSet, changes: CosmicAiChanges = {}): DeploymentSpec => ({
  project: cosmicAi({ modelFolder: join(folder, 'model'), ...changes }),
  prefix,
  artifacts: set,
});

const build = (handlers = {}) =>
  buildArtifacts({
    project: cosmicAi({ modelFolder: join(folder, 'model'), handlers }),
    cacheFolder: ARTIFACT_CACHE,
    target: backend.functionTarget,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  mkdirSync(join(folder, 'model'));
  writeFileSync(join(folder, 'model', 'model.onnx'), meanModel());
  backend = await backendNamed('embedded').start({
    clock,
    random: seededRandom(1),
    stateFolder: join(folder, 'state'),
  });
  clients = clientsFor(backend.access);
  artifacts = await build();
  deployment = await deploy(clients, specOf('cosmicai', artifacts), clock);
});

afterAll(async () => {
  clients?.close();
  await backend?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const putObject = (bucket: string, key: string, body: string | Uint8Array) =>
  clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

async function getJson(key: string): Promise<unknown> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'team4-cosmical', Key: key }));
  return JSON.parse(await Body!.transformToString());
}

/** Survey partitions `0.pt`, `1.pt`, ... under `prefix`. */
async function putPartitions(prefix: string, count: number, samples = 8, format: 'pt' | 'json' = 'pt') {
  for (let index = 0; index < count; index++) {
    await putObject('cosmicai-data', `${prefix}/${index}.${format}`, await partition(index, samples, format));
  }
}

async function partition(index: number, samples = 8, format: 'pt' | 'json' = 'pt'): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const sink = {
    write: async (bytes: Uint8Array) => {
      parts.push(Uint8Array.from(bytes));
    },
  };
  await generatePartition({ seed: 7, samples, index, format }, sink);
  return Buffer.concat(parts);
}

/** The seed's payload with its fields replaced. */
const inputOf = (changes: JsonObject): JsonObject => ({
  bucket: 'team4-cosmical',
  file_limit: '100',
  batch_size: 512,
  object_type: 'folder',
  S3_object_name: 'Anomaly Detection',
  script: '/tmp/Anomaly Detection/Inference/inference.py',
  data_bucket: 'cosmicai-data',
  ...changes,
});

let runs = 0;

/** Starts an execution, waits for its end and collects the evidence. */
async function run(input: JsonObject, deployed = deployment, on = backend): Promise<RunRecord> {
  const name = `run-${++runs}`;
  const startedAtMs = clock.nowMs();
  const { executionArn } = await clients.stepfunctions.send(
    new StartExecutionCommand({
      stateMachineArn: deployed.stateMachineArn,
      name,
      input: JSON.stringify(inputOf(input)),
    }),
  );
  for (;;) {
    const { status } = await clients.stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') break;
    await new Promise<void>((resolve) => {
      clock.after(100, resolve);
    });
  }
  return on.collectEvidence({
    identity: { runId: name, scenario: 'pipeline', parameters: {}, artifacts: [] },
    executionArns: [executionArn!],
    functionNames: Object.values(deployed.functionNames),
    watch: [{ bucket: 'team4-cosmical', prefix: `${input['result_path']}/` }],
    reader: redshiftEvidence,
    startedAtMs,
    endedAtMs: clock.nowMs(),
    childHistories: true,
  });
}

/** The run's execution, which must have succeeded; otherwise its own reason is what the test shows. */
function succeeded({ executions: [execution] }: RunRecord): ExecutionRecord {
  if (execution?.status === 'SUCCEEDED') return execution;
  throw new Error(`the execution ${execution?.status}: ${execution?.error}: ${execution?.cause}`);
}

describe('a run over three partitions', () => {
  let record: RunRecord;
  beforeAll(async () => {
    await putPartitions('25MB', 3, 40);
    record = await run({ data_prefix: '25MB', result_path: 'result-partition-25MB/1GB/1' });
  });

  it('succeeds and answers as the original did', () => {
    expect(succeeded(record)).toMatchObject({
      output: { statusCode: 200, body: { results: 3, total_samples: 120, ranks_without_file: [] } },
    });
    expect(record.gaps).toEqual([]);
  });

  it('writes one result and one predictions file per rank, and the combined data', async () => {
    const keys = record.objects.map(({ key }) => key.replace('result-partition-25MB/1GB/1/', ''));
    expect(keys.sort()).toEqual(
      [
        'combined_data.json',
        ...[0, 1, 2].flatMap((rank) => [`${rank}.json`, `${rank}.predictions.fits`]),
      ].sort(),
    );
    expect(await getJson('result-partition-25MB/1GB/1/combined_data.json')).toEqual(resultsOf(record));
    expect(resultsOf(record).map(({ data_path }) => data_path)).toEqual([
      '25MB/0.pt',
      '25MB/1.pt',
      '25MB/2.pt',
    ]);
  });

  it('predicts what the model answers for every sample, in order', async () => {
    const { openPartition } = await import('../../lambdas/shared/partition/open-partition.ts');
    for (const predictions of predictionsOf(record)) {
      const bytes = await partition(predictions.rank, 40);
      const opened = await openPartition({
        name: 'partition',
        sizeBytes: bytes.length,
        read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
      });
      let sample = 0;
      for await (const batch of opened.batches(1)) {
        const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const expected = mean(batch.images) + mean(batch.magnitudes);
        expect(predictions.zPred[sample]! / expected).toBeCloseTo(1, 4);
        expect(predictions.zTrue![sample]).toBe(batch.redshifts![0]);
        sample++;
      }
      expect(predictions.zPred).toHaveLength(sample);
    }
    expect(predictionsOf(record)).toHaveLength(3);
  });

  it('leaves the evidence of every invocation, child and Map Run', () => {
    const { children, mapRuns, history } = record.executions[0]!;
    expect(children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(children.every((child) => (child.history?.length ?? 0) > 4)).toBe(true);
    expect(mapRuns).toHaveLength(1);
    expect(mapRuns[0]).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { succeeded: 3, total: 3, failed: 0 },
    });
    expect(history.at(-1)!.type).toBe('ExecutionSucceeded');
    expect(record.invocations.map(({ functionName }) => functionName).sort()).toEqual([
      'cosmicai-inference',
      'cosmicai-inference',
      'cosmicai-inference',
      'cosmicai-init',
      'cosmicai-summarize',
    ]);
    expect(record.logs.some(({ message }) => message.includes('CloudWatchMetrics'))).toBe(true);
  });

  it('reports figures that can be (fault 8)', () => {
    for (const result of resultsOf(record)) {
      const invocation = record.invocations.find(({ requestId }) => requestId === result['request_id'])!;
      const wallS = Number(result['wall_time_s']);
      expect(wallS).toBeLessThanOrEqual(invocation.durationMs / 1000);
      expect(result['total_cpu_time (seconds)']).toBeLessThanOrEqual(wallS * record.host.cpus * 1.05 + 0.1);
      expect(result.throughput_bps).toBeCloseTo(result.sample_persec * 164_000, 0);
      expect(result['total_cpu_memory (MB)']).toBeLessThanOrEqual(invocation.maxMemoryUsedMB + 8);
    }
  });
});

describe('faults of the original', () => {
  it('1 and 7: 1,003 partitions are all read, several to a rank', async () => {
    const body = await partition(0, 1);
    await Promise.all(
      Array.from({ length: 1003 }, (_, i) =>
        putObject('cosmicai-data', `many/${String(i).padStart(4, '0')}.pt`, body),
      ),
    );
    const record = await run({
      data_prefix: 'many',
      file_limit: '5000',
      world_size: '4',
      result_path: 'results/many',
    });
    expect(succeeded(record)).toMatchObject({
      output: { body: { results: 4, files: 1003, total_samples: 1003 } },
    });
    expect(new Set(predictionsOf(record).flatMap(({ dataPath }) => dataPath)).size).toBe(1003);
  });

  it('2: a prefix is a folder, not a beginning', async () => {
    await putPartitions('runs/1GB/1', 1);
    await putPartitions('runs/1GB/10', 2);
    const results = resultsOf(await run({ data_prefix: 'runs/1GB/1', result_path: 'results/prefix' }));
    expect(results.map(({ data_path }) => data_path)).toEqual(['runs/1GB/1/0.pt']);
  });

  it('3: jobs beyond the 256 KiB of a state go through S3', async () => {
    // Twenty ranks with fifteen files of 900 characters each: as many bytes as 1,000 jobs of the original's.
    const long = 'x'.repeat(900);
    const body = await partition(0, 1);
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => putObject('cosmicai-data', `long/${long}-${i}.pt`, body)),
    );
    const record = await run({
      data_prefix: 'long',
      file_limit: '1000',
      world_size: 20,
      result_path: 'results/long',
    });
    expect(succeeded(record)).toMatchObject({ output: { body: { results: 20, files: 300 } } });
    const jobs = JSON.stringify(record.executions[0]!.children.map(({ input }) => input));
    expect(jobs.length).toBeGreaterThan(256 * 1024);
  });

  it("4: results of an earlier run are not this run's", async () => {
    await putPartitions('stale', 3);
    const first = await run({ data_prefix: 'stale', result_path: 'results/stale' });
    expect(resultsOf(first)).toHaveLength(3);
    const second = await run({ data_prefix: 'stale', file_limit: 2, result_path: 'results/stale' });
    expect(succeeded(second)).toMatchObject({ output: { body: { results: 2 } } });
    expect(resultsOf(second).map(({ rank }) => rank)).toEqual([0, 1]);
    expect(await getJson('results/stale/combined_data.json')).toHaveLength(2);
  });

  it('5: two executions at once keep their payloads apart', async () => {
    await putPartitions('left', 1);
    await putPartitions('right', 2, 8, 'json');
    const [left, right] = await Promise.all([
      run({ data_prefix: 'left', result_path: 'results/left' }),
      run({ data_prefix: 'right', result_path: 'results/right' }),
    ]);
    expect(resultsOf(left).map(({ data_path }) => data_path)).toEqual(['left/0.pt']);
    expect(resultsOf(right).map(({ data_path }) => data_path)).toEqual(['right/0.json', 'right/1.json']);
  });

  it('4 and 6: a result that was never written fails the execution, by rank', async () => {
    const handler = join(folder, 'forgetful.ts');
    writeFileSync(handler, 'export const handler = async () => ({ statusCode: 200 });\n');
    const forgetful = await deploy(clients, specOf('forgetful', await build({ inference: handler })), clock);
    expect(forgetful.changes.map(({ change }) => change)).toContain('created');
    await putPartitions('lost', 2);
    const record = await run({ data_prefix: 'lost', result_path: 'results/lost' }, forgetful);
    expect(record.executions[0]).toMatchObject({
      status: 'FAILED',
      error: 'PipelineError.MissingResults',
      cause: expect.stringContaining('missing: rank 0, 1'),
    });
    // With the real function in its place the same deployment does its work.
    const { changes } = await deploy(clients, specOf('forgetful', artifacts), clock);
    expect(changes.filter(({ change }) => change !== 'unchanged')).toEqual([
      // What the code calls, its role may do.
      { kind: 'role', name: 'forgetful-inference-function', change: 'updated' },
      { kind: 'lambda-function', name: 'forgetful-inference', change: 'updated' },
    ]);
    const repaired = await run({ data_prefix: 'lost', result_path: 'results/lost' }, forgetful);
    expect(succeeded(repaired)).toMatchObject({ output: { body: { results: 2 } } });
  });

  it('7: a rank without a file is told; data that cannot be is named', async () => {
    await putPartitions('few', 1);
    const spare = await run({ data_prefix: 'few', world_size: 2, result_path: 'results/few' });
    expect(succeeded(spare)).toMatchObject({ output: { body: { results: 2, ranks_without_file: [1] } } });
    const whole = await partition(0);
    await putObject('cosmicai-data', 'broken/0.pt', whole.subarray(0, whole.length - 4000));
    const broken = await run({ data_prefix: 'broken', result_path: 'results/broken' });
    expect(broken.executions[0]!.status).toBe('FAILED');
    expect(broken.executions[0]!.children[0]).toMatchObject({
      status: 'FAILED',
      error: 'PartitionError.Truncated',
      cause: expect.stringContaining('s3://cosmicai-data/broken/0.pt'),
    });
    // Bad data is not tried again.
    expect(broken.invocations.filter(({ functionName }) => functionName.endsWith('inference'))).toHaveLength(
      1,
    );
  });
});

describe('the deployment', () => {
  it('changes nothing the second time, and what was changed', async () => {
    const again = await deploy(clients, specOf('cosmicai', artifacts), clock);
    expect(new Set(again.changes.map(({ change }) => change))).toEqual(new Set(['unchanged']));
    const larger = specOf('cosmicai', artifacts, { functions: { inference: { memoryMB: 3008 } } });
    const updated = (await deploy(clients, larger, clock)).changes.filter(
      ({ change }) => change !== 'unchanged',
    );
    expect(updated).toEqual([{ kind: 'lambda-function', name: 'cosmicai-inference', change: 'updated' }]);
  });

  it('is removed without a trace, and removing twice does no harm', async () => {
    const spec = {
      ...specOf('short-lived', artifacts),
      buckets: bucketsNamed('short-work', 'short-data'),
    };
    const { plan } = await deploy(clients, spec, clock);
    await putObject('short-work', 'results/0.json', '{}');
    const removed = await teardown(clients, plan, clock);
    expect(removed).toContain('short-lived-pipeline');
    const { stateMachines } = await clients.stepfunctions.send(new ListStateMachinesCommand({}));
    expect(stateMachines!.map(({ name }) => name)).not.toContain('short-lived-pipeline');
    const { Buckets } = await clients.s3.send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).not.toContain('short-work');
    expect(await teardown(clients, plan, clock)).toEqual([]);
  });
});

describe('the endpoint backend', () => {
  it('runs the same pipeline on an emulator that somebody else has started', async () => {
    const other = await backendNamed(`endpoint=${backend.endpoint}`).start({
      clock,
      random: seededRandom(2),
      stateFolder: join(folder, 'unused'),
    });
    await putPartitions('remote', 2);
    const record = await run({ data_prefix: 'remote', result_path: 'results/remote' }, deployment, other);
    expect(succeeded(record)).toMatchObject({ output: { body: { results: 2 } } });
    expect(record.backend).toMatchObject({ name: 'endpoint', endpoint: backend.endpoint });
    expect(predictionsOf(record)).toHaveLength(2);
    await other.stop();
    // It was used, not owned.
    await expect(clients.s3.send(new ListBucketsCommand({}))).resolves.toBeDefined();
  });
});

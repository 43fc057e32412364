/**
 * Inference of AstroMAE at full size, every way in one run on one machine: the original's (PyTorch eager, DataLoader,
 * profiler), PyTorch without profiler and compiled, onnxruntime in Python on PyTorch's own export, and our Lambda
 * function from its zip, end to end from an S3 object to the written result. No thresholds: read the ratios.
 *
 *   node test/bench/run.mjs inference [--threads 1,2] [--partitions 50,100] [--only ours,eager] [--json FILE]
 *
 * Needs a Python with torch, numpy and, for its row, onnxruntime, onnx and onnxscript (PYTHON, or python3).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { buildArtifacts } from '../../harness/artifacts/build-artifacts.ts';
import { backendNamed } from '../../harness/backends/index.ts';
import { wallClock } from '../../harness/core/clock.ts';
import { packageRoot } from '../../harness/core/package-root.ts';
import { seededRandom } from '../../harness/core/random.ts';
import { clientsFor } from '../../harness/deploy/aws-access.ts';
import { deploy } from '../../harness/deploy/deploy.ts';
import { generatePartitionFile } from '../../harness/packs/redshift/data/generate.ts';
import { parseFitsTable } from '../../harness/packs/redshift/evidence/parse-fits-table.ts';
import { importCheckpoint } from '../../harness/packs/redshift/model/import-checkpoint.ts';
import type { InferenceResult } from '../../lambdas/shared/inference-result.ts';
import { ARTIFACT_CACHE, bucketsNamed, cosmicAi } from '../cosmic-ai.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    threads: { type: 'string', default: '1,2' },
    partitions: { type: 'string', default: '50,100' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const only = options.only?.split(',');
const chosen = (way: string) => only === undefined || only.includes(way);
const python = process.env['PYTHON'] ?? 'python3';
const PEERS = resolve(import.meta.dirname, 'peers', 'inference.py');
const SAMPLES: Record<string, number> = { '25': 1278, '50': 2556, '75': 3834, '100': 5113 };
/** MB of memory that buy 1, 2, ... vCPUs. */
const MEMORY_MB = [0, 1769, 3538, 5307];

interface Measured {
  way: string;
  threads: number;
  partitionMB: number;
  samplesPerS: number;
  /** Wall seconds of the whole job divided by batches of 512. */
  secondsPerBatch: number;
  peakMB: number;
  cpuS: number;
  wallS: number;
  /** What the way itself reports, where it reports anything. */
  reportedPerS?: number;
  maxDifference?: number;
}

/** Environment of Python without the settings of OpenBLAS that would hold numpy and torch back. */
const peerEnvironment = () => {
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...rest } = process.env;
  return rest;
};

/** What our function wrote, by partition size. */
const predicted = new Map<string, number[]>();
const work = mkdtempSync(join(tmpdir(), 'bench-inference-'));
const models = join(packageRoot(), '.cosmicai', 'bench-inference');
mkdirSync(models, { recursive: true });

function runPeer(way: string, threads: number, file: string): Measured | undefined {
  try {
    const text = execFileSync(
      python,
      [PEERS, way, '--threads', String(threads), '--models', models, '--data', file],
      { encoding: 'utf8', env: peerEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], timeout: 1_800_000 },
    );
    return JSON.parse(text.trim().split('\n').at(-1)!) as Measured;
  } catch (error) {
    const last = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    console.log(`${way}, ${threads} threads: left out, ${last.slice(0, 200)}`);
    return undefined;
  }
}

/** Checkpoint, PyTorch's own export and our graph, made once. */
async function makeModels(): Promise<void> {
  const checkpoint = join(models, 'astromae.pt');
  const script = join(packageRoot(), 'harness', 'packs', 'redshift', 'model', 'astromae.py');
  if (!existsSync(checkpoint)) execFileSync(python, [script, '--out', models], { stdio: 'ignore' });
  if (!existsSync(join(models, 'astromae-torch.onnx'))) {
    try {
      execFileSync(python, [script, '--out', models, '--onnx'], { stdio: 'ignore' });
    } catch {
      console.log('PyTorch could not export to ONNX (onnx and onnxscript are needed): that row is left out');
    }
  }
  mkdirSync(join(models, 'ours'), { recursive: true });
  const file = join(models, 'ours', 'model.onnx');
  writeFileSync(file, (await importCheckpoint(checkpoint)).bytes);
}

async function measureOurs(threads: number, files: Map<string, string>): Promise<Measured[]> {
  const clock = wallClock();
  const backend = await backendNamed('embedded').start({
    clock,
    random: seededRandom(1),
    stateFolder: join(work, `state-${threads}`),
  });
  const clients = clientsFor(backend.access);
  try {
    const functions = { inference: { memoryMB: MEMORY_MB[threads]! } };
    const project = cosmicAi({ modelFolder: join(models, 'ours'), functions });
    const { functionTarget: target } = backend;
    const artifacts = await buildArtifacts({ project, cacheFolder: ARTIFACT_CACHE, target });
    const spec = { project, prefix: 'bench', artifacts, buckets: bucketsNamed('work', 'data-bucket') };
    const { functionNames } = await deploy(clients, spec, clock);
    const run = async (key: string, file: string) => {
      await clients.s3.send(
        new PutObjectCommand({ Bucket: 'data-bucket', Key: key, Body: readFileSync(file) }),
      );
      const startedAt = performance.now();
      const answer = await clients.lambda.send(
        new InvokeCommand({
          FunctionName: functionNames['inference'],
          LogType: 'Tail',
          Payload: Buffer.from(JSON.stringify(jobOf(key))),
        }),
      );
      if (answer.FunctionError) throw new Error(Buffer.from(answer.Payload!).toString());
      const wallS = (performance.now() - startedAt) / 1000;
      const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
      return { wallS, initMs: /Init Duration: ([\d.]+) ms/.exec(log)?.[1], result: await resultOf(clients) };
    };
    // The peers load their model before the clock starts, so the invocations compared are warm ones.
    const cold = await run('few.pt', few);
    console.log(
      `cold start, model and 8 samples: ${cold.wallS.toFixed(2)} s, of it ${cold.result.phases.model_s.toFixed(2)} s for the model; ` +
        `${cold.result['total_cpu_time (seconds)'].toFixed(2)} s of CPU after the init phase, ${cold.initMs} ms of Init Duration`,
    );
    const measured: Measured[] = [];
    for (const [partitionMB, file] of files) {
      const { result, wallS } = await run(`${partitionMB}/1.pt`, file);
      measured.push(measuredOf(result, threads, Number(partitionMB), wallS));
      predicted.set(partitionMB, await predictionsOf(clients));
    }
    return measured;
  } finally {
    clients.close();
    await backend.stop();
  }
}

const jobOf = (key: string) => ({
  S3_BUCKET: 'work',
  BUCKET: 'work',
  RESULT_BUCKET: 'work',
  S3_OBJECT_NAME: 'Anomaly Detection',
  SCRIPT: 'bench',
  S3_OBJECT_TYPE: 'folder',
  WORLD_SIZE: '1',
  RANK: '0',
  DATA_BUCKET: 'data-bucket',
  DATA_PREFIX: 'p',
  DATA_PATH: key,
  RESULT_PATH: 'result',
  BATCH_SIZE: 512,
});

/** Redshifts that the function wrote, in the partition's order. */
async function predictionsOf(clients: ReturnType<typeof clientsFor>): Promise<number[]> {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: 'work', Key: 'result/0.predictions.fits' }),
  );
  return parseFitsTable(await Body!.transformToByteArray()).columns['z_pred'] as number[];
}

async function resultOf(clients: ReturnType<typeof clientsFor>): Promise<InferenceResult> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'work', Key: 'result/0.json' }));
  return JSON.parse(await Body!.transformToString()) as InferenceResult;
}

function measuredOf(result: InferenceResult, threads: number, partitionMB: number, wallS: number): Measured {
  return {
    way: 'our Lambda function, S3 to result',
    threads,
    partitionMB,
    samplesPerS: result.total_samples / wallS,
    secondsPerBatch: (wallS * 512) / result.total_samples,
    peakMB: result['total_cpu_memory (MB)'],
    cpuS: result['total_cpu_time (seconds)'],
    wallS,
    reportedPerS: result.sample_persec,
  };
}

/** Largest |dz| between PyTorch eager and the predictions that our function wrote. */
function largestDifference(partitionMB: string): number | undefined {
  const ours = predicted.get(partitionMB);
  const file = join(models, 'predictions.json');
  if (!ours || !existsSync(file)) return undefined;
  const torch = JSON.parse(readFileSync(file, 'utf8')) as number[];
  if (torch.length !== ours.length) throw new Error(`${torch.length} and ${ours.length} predictions`);
  return torch.reduce((most, z, i) => Math.max(most, Math.abs(z - ours[i]!)), 0);
}

const WAYS = ['upstream', 'eager', 'compile', 'onnxruntime'];

await makeModels();
const few = join(work, 'few.pt');
await generatePartitionFile({ seed: 7, samples: 8, format: 'pt' }, few);
const files = new Map<string, string>();
for (const size of options.partitions.split(',')) {
  const file = join(work, `${size}.pt`);
  await generatePartitionFile({ seed: 7, samples: SAMPLES[size]!, format: 'pt' }, file);
  files.set(size, file);
}
const rows: Measured[] = [];
const show = (row: Measured) => {
  rows.push(row);
  console.log(
    `${row.way.padEnd(36)} ${row.threads} thread${row.threads > 1 ? 's' : ' '}  ${row.partitionMB} MB  ` +
      `${row.samplesPerS.toFixed(0).padStart(5)} samples/s  ${row.secondsPerBatch.toFixed(2)} s/512  ` +
      `${row.peakMB.toFixed(0).padStart(6)} MB  ${row.cpuS.toFixed(1).padStart(6)} s CPU ` +
      `(${((1000 * row.cpuS) / (row.samplesPerS * row.wallS)).toFixed(2)} ms/sample, load ${loadavg()[0]!.toFixed(1)})` +
      (row.reportedPerS === undefined ? '' : `  (reports ${row.reportedPerS.toFixed(0)}/s)`) +
      (row.maxDifference === undefined ? '' : `  |dz| ${row.maxDifference.toExponential(1)}`),
  );
};
for (const threads of options.threads.split(',').map(Number)) {
  const gemm = runPeer('gemm', threads, [...files.values()][0]!) as unknown as { gflops: number } | undefined;
  if (gemm)
    console.log(
      `this machine multiplies [1088, 192] x [192, 768] at ${gemm.gflops.toFixed(0)} GFLOP/s on ${threads} thread(s) under PyTorch`,
    );
  if (chosen('ours')) for (const row of await measureOurs(threads, files)) show(row);
  for (const way of WAYS.filter(chosen)) {
    for (const [partitionMB, file] of files) {
      const row = runPeer(way, threads, file);
      if (!row) continue;
      const difference = way === 'eager' ? largestDifference(partitionMB) : undefined;
      show({ ...row, ...(difference === undefined ? {} : { maxDifference: difference }) });
    }
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
for (const row of rows.filter(({ way }) => way.startsWith('our'))) {
  for (const way of [...new Set(rows.map(({ way: name }) => name))].filter((name) => name !== row.way)) {
    const peer = rows.find(
      (one) => one.way === way && one.threads === row.threads && one.partitionMB === row.partitionMB,
    );
    if (!peer) continue;
    console.log(
      `${row.partitionMB} MB, ${row.threads} thread(s): ${(row.samplesPerS / peer.samplesPerS).toFixed(2)}x ${way} in samples/s, ` +
        `${(peer.cpuS / row.cpuS).toFixed(2)}x less CPU, ${(peer.peakMB / row.peakMB).toFixed(1)}x less memory`,
    );
  }
}
// What Lambda would bill for the same work: duration x memory, at us-east-1's price per GB-s (harness/metrics/cost).
const USD_PER_GB_S = 0.0000166667;
for (const row of rows.filter(({ way }) => way.startsWith('our'))) {
  const gbS = row.wallS * (MEMORY_MB[row.threads]! / 1024);
  const perMillion = (1e6 * gbS * USD_PER_GB_S) / (row.samplesPerS * row.wallS);
  console.log(
    `${row.partitionMB} MB in a function of ${MEMORY_MB[row.threads]} MB: ${gbS.toFixed(1)} GB-s, ${perMillion.toFixed(3)} USD per million samples at this machine's speed`,
  );
}
rmSync(work, { recursive: true, force: true });

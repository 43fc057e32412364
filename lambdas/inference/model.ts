/**
 * The network, loaded once per container. Inputs: `image` float32[N,5,32,32] and `magnitude` float32[N,5];
 * output: `redshift` float32[N,1], the contract of AstroMAE.
 */
import { rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { S3Client } from '@aws-sdk/client-s3';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelLocation } from '../shared/model-location.ts';
import { BANDS, IMAGE_SIDE_PX } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { downloadModel } from './download-model.ts';

/** MB of memory that buy one vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MEMORY_PER_VCPU_MB = 1769;
const MAX_VCPUS = 6;

/** Whole vCPUs of a function with so much memory, never more than the machine has. */
export function threadsFor(memoryMB: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(MAX_VCPUS, Math.round(memoryMB / MEMORY_PER_VCPU_MB), cores));
}

export interface Model {
  location: ModelLocation;
  sizeBytes: number;
  threads: number;
  /** Redshifts of `count` samples. */
  predict(images: Float32Array, magnitudes: Float32Array, count: number): Promise<Float32Array>;
}

let loaded: Promise<Model> | undefined;
let loadedFrom = '';

/** The container's model, downloaded and compiled at the first call or when another version is asked for. */
export function loadModel(s3: S3Client, location: ModelLocation, memoryMB: number): Promise<Model> {
  const identity = `${location.file ?? location.bucket}/${location.key}@${location.etag}`;
  if (loaded && loadedFrom === identity) return loaded;
  loadedFrom = identity;
  loaded = openModel(s3, location, threadsFor(memoryMB));
  loaded.catch(() => {
    loaded = undefined;
  });
  return loaded;
}

async function openModel(s3: S3Client, location: ModelLocation, threads: number): Promise<Model> {
  const name = location.file ?? `s3://${location.bucket}/${location.key}`;
  const file = location.file ?? (await downloadModel(s3, location));
  let sizeBytes: number;
  let session: InferenceSession;
  try {
    sizeBytes = (await stat(file)).size;
    session = await compile(file, threads, name);
  } finally {
    if (file !== location.file) await rm(file, { force: true });
  }
  requireContract(session, name);
  return {
    location,
    sizeBytes,
    threads,
    async predict(images, magnitudes, count) {
      const outputs = await session.run({
        image: new Tensor('float32', images, [count, BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX]),
        magnitude: new Tensor('float32', magnitudes, [count, BANDS.length]),
      });
      const redshift = outputs['redshift']!;
      if (redshift.type !== 'float32' || redshift.size !== count) {
        throw new PipelineError(
          'ModelContract',
          `${name} answered redshift ${redshift.type}[${redshift.dims}], expected float32[${count},1]`,
        );
      }
      return redshift.data as Float32Array;
    },
  };
}

function compile(file: string, threads: number, name: string): Promise<InferenceSession> {
  return InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Idle threads must not spin: functions share the machine's cores, and Lambda bills none of it to us.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }).catch((cause: Error) => {
    throw new PipelineError('ModelContract', `${name} is no usable ONNX model: ${cause.message}`);
  });
}

function requireContract(session: InferenceSession, name: string): void {
  const inputs = [...session.inputNames].sort().join(', ');
  if (inputs === 'image, magnitude' && session.outputNames.includes('redshift')) return;
  throw new PipelineError(
    'ModelContract',
    `${name} takes (${inputs}) and answers (${session.outputNames.join(', ')}), expected (image, magnitude) -> redshift`,
  );
}

/** The network, loaded once per container: in this thread for one vCPU, in a thread per vCPU for several. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ModelLocation } from '../shared/model-location.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { downloadModel } from './download-model.ts';
import { int8Instructions } from './int8-processor.ts';
import { openSession, type Session } from './session.ts';
import { poolAvailable, SessionPool } from './session-pool.ts';

/** MB of memory that buy one vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MEMORY_PER_VCPU_MB = 1769;
const MAX_VCPUS = 6;

/** vCPUs that a function of this memory sees, never more than the machine has. */
export function threadsFor(memoryMB: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(MAX_VCPUS, Math.ceil(memoryMB / MEMORY_PER_VCPU_MB), cores));
}

export interface Model extends Session {
  /** The model that runs: the int8 form where the processor gains from it. */
  location: Omit<ModelLocation, 'int8'>;
  precision: 'float32' | 'int8';
  sizeBytes: number;
  /** Hexadecimal, of the file that runs. */
  sha256: string;
  threads: number;
  /**
   * Calls of `predict` that may be unfinished while the next is prepared. If there are any, samples are copied before
   * `predict` returns; otherwise they must stay as they are until it has answered.
   */
  ahead: number;
  /** Ends the threads, when it has any of its own. */
  close?: () => Promise<void>;
}

let loaded: Promise<Model> | undefined;
let loadedFrom = '';

/** The container's model, downloaded and compiled at the first call or when another version is asked for. */
export function loadModel(
  s3: S3Client,
  { int8, ...float32 }: ModelLocation,
  memoryMB: number,
  gainsFromInt8 = int8Instructions() !== undefined,
): Promise<Model> {
  const precision = int8 && gainsFromInt8 ? 'int8' : 'float32';
  const location = int8 && gainsFromInt8 ? int8 : float32;
  const identity = `${location.file ?? location.bucket}/${location.key}@${location.etag}`;
  if (loaded && loadedFrom === identity) return loaded;
  loadedFrom = identity;
  const before = loaded;
  const loading = openModel(s3, location, precision, threadsFor(memoryMB), () => {
    if (loaded === loading) loaded = undefined;
  });
  loaded = loading;
  loading.catch(() => {
    if (loaded === loading) loaded = undefined;
  });
  // An earlier version's threads hold memory that nothing else frees.
  before?.then((model) => model.close?.()).catch(() => {});
  return loading;
}

async function openModel(
  s3: S3Client,
  location: Omit<ModelLocation, 'int8'>,
  precision: Model['precision'],
  threads: number,
  onLost: () => void,
): Promise<Model> {
  const name = location.file ?? `s3://${location.bucket}/${location.key}`;
  // Threads start while the model is on its way.
  const pool = threads > 1 && poolAvailable() ? new SessionPool(threads, onLost) : undefined;
  let file: string | undefined;
  try {
    file = location.file ?? (await downloadModel(s3, location));
    const sizeBytes = (await stat(file)).size;
    const sha256 = await checkedDigest(file, name, precision);
    const session = pool ?? (await openSession(file, threads, name));
    await pool?.open(file, name);
    return {
      location,
      precision,
      sizeBytes,
      sha256,
      threads,
      ahead: pool?.ahead ?? 0,
      predict: (images, magnitudes, count) => session.predict(images, magnitudes, count),
      ...(pool ? { close: () => pool.close() } : {}),
    };
  } catch (error) {
    await pool?.close();
    throw error;
  } finally {
    if (file !== undefined && file !== location.file) await rm(file, { force: true });
  }
}

/**
 * The model's SHA-256 (hexadecimal; 47 MiB take some 30 ms), by which predictions can be traced. A release names the
 * digests of its model in `MODEL_SHA256` and `MODEL_INT8_SHA256` (base64): another model in the place of one of them is
 * not loaded, nor an int8 form that was not released.
 */
async function checkedDigest(file: string, name: string, precision: Model['precision']): Promise<string> {
  const { MODEL_SHA256: float32, MODEL_INT8_SHA256: int8 } = process.env;
  // An int8 form that is alone is the model itself.
  const expected = precision === 'int8' ? int8 : float32 || int8;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  const digest = hash.digest();
  const found = digest.toString('base64');
  if ((!float32 && !int8) || found === expected) return digest.toString('hex');
  throw new PipelineError(
    'ModelContract',
    `${name} has the SHA-256 ${found}; released was ${expected ?? 'none'}`,
  );
}

/** The model in several threads, each with the very files of the function's zip. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArtifacts } from '../../../../harness/artifacts/build-artifacts.ts';
import { packageRoot } from '../../../../harness/core/package-root.ts';
import { openSession } from '../../../../lambdas/inference/session.ts';
import { SessionPool } from '../../../../lambdas/inference/session-pool.ts';
import { ARTIFACT_CACHE, cosmicAi } from '../../../cosmic-ai.ts';

const MODEL = join(packageRoot(), 'lambdas', 'inference', 'model', 'model.onnx');
const IMAGE_FLOATS = 5 * 32 * 32;
let folder: string;
let pool: SessionPool;
let lost = 0;

const startPool = () =>
  new SessionPool(
    2,
    () => lost++,
    () => new Worker(join(folder, 'session-worker.js')),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'session-threads-'));
  const target = { platform: process.platform, arch: process.arch };
  const { functions } = await buildArtifacts({ project: cosmicAi(), cacheFolder: ARTIFACT_CACHE, target });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(functions['inference']!.zipFile)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  pool = startPool();
  await pool.open(MODEL, 'the model');
});
afterAll(async () => {
  await pool?.close();
  rmSync(folder, { recursive: true, force: true });
});

const samplesOf = (call: number, count: number) => ({
  images: Float32Array.from({ length: count * IMAGE_FLOATS }, (_, i) => Math.sin(i * 0.37 + call) * 3),
  magnitudes: Float32Array.from({ length: count * 5 }, (_, i) => 17 + ((i * 7 + call) % 11) / 2),
});

describe('the model in several threads', () => {
  it('answers what one session answers, bit for bit', async () => {
    const single = await openSession(MODEL, 1, 'the model');
    const counts = [32, 1, 17, 32, 16, 5];
    const calls = counts.map((count, call) => {
      const { images, magnitudes } = samplesOf(call, count);
      return pool.predict(images, magnitudes, count);
    });
    for (const [call, answer] of (await Promise.all(calls)).entries()) {
      const count = counts[call]!;
      const { images, magnitudes } = samplesOf(call, count);
      expect(answer).toEqual(await single.predict(images, magnitudes, count));
    }
    expect(lost).toBe(0);
  });

  it('says what is wrong with a model that is none', async () => {
    const broken = join(folder, 'broken.onnx');
    writeFileSync(broken, 'this is no network');
    const other = startPool();
    await expect(other.open(broken, 's3://work/broken.onnx')).rejects.toThrow(
      /^s3:\/\/work\/broken\.onnx is no usable ONNX model/,
    );
    await other.close();
  });

  it('is told when a thread dies', async () => {
    const before = lost;
    const other = startPool();
    await other.open(MODEL, 'the model');
    await other.close();
    const { images, magnitudes } = samplesOf(0, 1);
    await expect(other.predict(images, magnitudes, 1)).rejects.toThrow(
      /a thread of the model ended with code/,
    );
    expect(lost).toBeGreaterThan(before);
  });
});

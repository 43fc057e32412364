import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { visibleVcpus } from '../../../../harness/core/limits.ts';
import { loadModel, threadsFor } from '../../../../lambdas/inference/model.ts';
import { MemoryS3 } from '../memory-s3.ts';
import { meanModel } from '../tiny-model.ts';

describe('threadsFor', () => {
  it.each([
    // Memory, cores of the machine, threads: the vCPUs that Lambda shows, as in core/limits.ts.
    [128, 64, 1],
    [1769, 64, 1],
    [1770, 64, 2],
    [3538, 64, 2],
    [3539, 64, 3],
    [7077, 64, 5],
    [8846, 64, 6],
    [10_240, 64, 6],
    [10_240, 2, 2],
    [1769, 1, 1],
  ])('%i MB on %i cores are %i threads', (memoryMB, cores, threads) => {
    expect(threadsFor(memoryMB, cores)).toBe(threads);
    expect(Math.min(visibleVcpus(memoryMB), cores)).toBe(threads);
  });
});

describe('a released model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'released-'));
  afterEach(() => {
    delete process.env['MODEL_SHA256'];
    delete process.env['MODEL_INT8_SHA256'];
  });
  const digest = (text: string | Uint8Array) => createHash('sha256').update(text).digest('base64');
  const file = join(folder, 'model.onnx');
  let count = 0;
  const load = (released: Record<string, string>, gainsFromInt8 = false) => {
    writeFileSync(file, meanModel());
    Object.assign(process.env, released);
    // Every call asks for another version, for one that is loaded is not loaded again.
    const location = { bucket: '', key: 'bundle:model.onnx', etag: String(count++), file };
    const int8 = { ...location, key: 'bundle:model.int8.onnx' };
    return loadModel(new MemoryS3().client, { ...location, int8 }, 1769, gainsFromInt8);
  };

  it('is loaded when it has the digest that the release names', async () => {
    await expect(load({ MODEL_SHA256: digest(meanModel()) })).resolves.toMatchObject({
      precision: 'float32',
    });
  });

  it.each([
    ['another model', { MODEL_SHA256: digest('another') }, false],
    ['an int8 form that was not released', { MODEL_SHA256: digest(meanModel()) }, true],
    ['another int8 form', { MODEL_SHA256: digest(meanModel()), MODEL_INT8_SHA256: digest('another') }, true],
  ])('is not loaded: %s', async (_what, released, gainsFromInt8) => {
    await expect(load(released, gainsFromInt8)).rejects.toMatchObject({
      name: 'PipelineError.ModelContract',
      message: expect.stringMatching(/has the SHA-256 \S+; released was/),
    });
    rmSync(file, { force: true });
  });
});

/**
 * The committed network in onnxruntime-node against PyTorch: parity.json holds what PyTorch predicted for the
 * first 2,556 galaxies of the test survey, which the generator makes again here, bit for bit.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import { memoryAccess } from '../../../unit/lambdas/shared/partition/fixtures.ts';

const model = resolve(import.meta.dirname, '../../../../lambdas/inference/model');
const read = (name: string) => readFileSync(join(model, name));

describe('the default model', () => {
  const parity = JSON.parse(read('parity.json').toString()) as { surveySeed: number; redshift: number[] };
  const metrics = JSON.parse(read('metrics.json').toString());

  it('predicts in onnxruntime what it predicted in PyTorch, and well', async () => {
    const parts: Buffer[] = [];
    const samples = parity.redshift.length;
    expect(samples).toBe(2556);
    await generatePartition(
      { seed: parity.surveySeed, samples, format: 'pt' },
      { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
    );
    const partition = await openPartition(memoryAccess(Buffer.concat(parts)));
    const session = await InferenceSession.create(read('model.onnx'), { intraOpNumThreads: 1 });
    expect(session.inputNames).toEqual(['image', 'magnitude']);
    expect(session.outputNames).toEqual(['redshift', 'mixture']);
    const differences: number[] = [];
    const errors: number[] = [];
    for await (const batch of partition.batches(100)) {
      const { redshift } = await session.run({
        image: new Tensor('float32', batch.images, [batch.count, 5, 32, 32]),
        magnitude: new Tensor('float32', batch.magnitudes, [batch.count, 5]),
      });
      expect(redshift!.dims).toEqual([batch.count, 1]);
      const predicted = redshift!.data as Float32Array;
      expect(predicted).toHaveLength(batch.count);
      for (let i = 0; i < batch.count; i++) {
        differences.push(Math.abs(predicted[i]! - parity.redshift[batch.offset + i]!));
        errors.push(Math.abs(predicted[i]! - batch.redshifts![i]!));
      }
    }
    expect(differences).toHaveLength(samples);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    // A quarter of 10,226 galaxies: their mean error lies near that of all.
    expect(errors.reduce((sum, error) => sum + error, 0) / samples).toBeLessThan(1.3 * metrics.test.mae);
  });

  it('is the file its metrics describe', async () => {
    const { createHash } = await import('node:crypto');
    const bytes = read('model.onnx');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(metrics.model.sha256);
    expect(bytes.length).toBe(metrics.model.sizeBytes);
    expect(bytes.length).toBeLessThan(4 * 1024 * 1024);
  });
});

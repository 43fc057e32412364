import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictPartition } from '../../../../lambdas/inference/predict-partition.ts';
import type { Partition } from '../../../../lambdas/shared/partition/partition.ts';

const IMAGE_FLOATS = 5 * 32 * 32;

/** Sample `i` has pixels of `i`; memory of a batch is filled with -1 as soon as the next is asked for. */
function partition(samples: number): Partition {
  return {
    format: 'pt',
    samples,
    hasRedshifts: false,
    sampleBits: 164_000,
    batches: async function* (size) {
      for (let offset = 0; offset < samples; offset += size) {
        const count = Math.min(size, samples - offset);
        const images = new Float32Array(count * IMAGE_FLOATS);
        for (let i = 0; i < count; i++) images.fill(offset + i, i * IMAGE_FLOATS, (i + 1) * IMAGE_FLOATS);
        yield { offset, count, images, magnitudes: new Float32Array(count * 5) };
        images.fill(-1);
      }
    },
  } as Partition;
}

/** Answers the first pixel of each sample after `delays` event loop turns; copies first when `ahead` says so. */
function model(ahead: number, turns: (call: number) => number) {
  let calls = 0;
  let running = 0;
  const most = { atOnce: 0 };
  return {
    most,
    ahead,
    async predict(images: Float32Array, _magnitudes: Float32Array, count: number) {
      const own = ahead > 0 ? images.slice() : images;
      most.atOnce = Math.max(most.atOnce, ++running);
      for (let i = turns(calls++); i > 0; i--) await new Promise(setImmediate);
      running--;
      return { redshifts: Float32Array.from({ length: count }, (_, i) => own[i * IMAGE_FLOATS]!) };
    },
  };
}

describe('predictPartition', () => {
  it('keeps the magnitudes, and a distribution per sample where the model has one', async () => {
    const one = {
      ahead: 0,
      predict: async (images: Float32Array, _m: Float32Array, count: number) => ({
        redshifts: new Float32Array(count),
        mixtures: Float32Array.from(
          { length: count * 3 },
          (_, i) => images[Math.floor(i / 3) * IMAGE_FLOATS]!,
        ),
      }),
    };
    const { magnitudes, mixtures } = await predictPartition(partition(300), one, 128, 'p');
    expect(magnitudes).toHaveLength(1500);
    expect([...mixtures!]).toEqual(Array.from({ length: 900 }, (_, i) => Math.floor(i / 3)));
  });

  it('puts every prediction in its place, however many calls are under way and whichever ends first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 7 }),
        async (samples, batchSize, ahead, turns) => {
          const one = model(ahead, (call) => turns[call % turns.length]!);
          const { zPred, batchSeconds } = await predictPartition(partition(samples), one, batchSize, 'p');
          expect([...zPred]).toEqual(Array.from({ length: samples }, (_, i) => i));
          expect(batchSeconds).toHaveLength(Math.ceil(samples / batchSize));
          expect(one.most.atOnce).toBeLessThanOrEqual(ahead + 1);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('counts the time of calls that overlap once: batches add up to no more than the wall time', async () => {
    const startedAt = performance.now();
    const { batchSeconds, iterationS } = await predictPartition(
      partition(300),
      model(3, () => 3),
      100,
      'p',
    );
    const wallS = (performance.now() - startedAt) / 1000;
    const sum = batchSeconds.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum + iterationS).toBeLessThanOrEqual(wallS);
  });

  it.each([0, 3])(
    'fails with the first failure of a call, %i ahead, when nothing is at work any more',
    async (ahead) => {
      let running = 0;
      let calls = 0;
      const failing = {
        ahead,
        async predict(_i: Float32Array, _m: Float32Array, count: number) {
          running++;
          const call = calls++;
          await new Promise(setImmediate);
          running--;
          if (call === 2) throw new Error('the model broke');
          return { redshifts: new Float32Array(count) };
        },
      };
      await expect(predictPartition(partition(600), failing, 512, 'p')).rejects.toThrow('the model broke');
      expect(running).toBe(0);
      expect(calls).toBeLessThan(12);
    },
  );

  it('names the sample for which the model answered no number', async () => {
    const wrong = {
      ahead: 0,
      predict: async (images: Float32Array, _m: Float32Array, count: number) => ({
        redshifts: Float32Array.from({ length: count }, (_, i) =>
          images[i * IMAGE_FLOATS] === 77 ? Number.NaN : 1,
        ),
      }),
    };
    await expect(predictPartition(partition(100), wrong, 512, 'p')).rejects.toThrow(
      'the model answered NaN for sample 77 of p',
    );
  });
});

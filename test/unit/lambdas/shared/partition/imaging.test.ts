/** Images with other bands or sizes: what `imaging` makes of them, and what is refused without it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptArrays, type Imaging, imagingSchema } from '../../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import type { SampleArrays } from '../../../../../lambdas/shared/partition/sample-partition.ts';
import type { StoredArray } from '../../../../../lambdas/shared/partition/stored-array.ts';
import { memoryAccess } from './fixtures.ts';

const GRIZY = ['g', 'r', 'i', 'z', 'y'];

function stored(shape: number[], value: (index: number) => number): StoredArray {
  const rowFloats = shape.slice(1).reduce((product, size) => product * size, 1);
  return {
    shape,
    rowBytes: 4 * rowFloats,
    open: async () => ({
      rows: async (start, count) =>
        Float32Array.from({ length: count * rowFloats }, (_, i) => value(start * rowFloats + i)),
    }),
  };
}

/** Pixel values that say where they come from: 10,000 x band + 100 x row + column. */
const placed = (rows: number, bands: number, height: number, width: number) =>
  stored([rows, bands, height, width], (i) => {
    const inImage = i % (bands * height * width);
    const band = Math.floor(inImage / (height * width));
    return 10_000 * band + 100 * Math.floor((inImage % (height * width)) / width) + (inImage % width);
  });

const magnitudes = (rows: number, bands: number) => stored([rows, bands], (i) => i % bands);
const parse = (value: unknown): Imaging => imagingSchema.parse(value);
const adapted = (arrays: SampleArrays, imaging: Imaging) => adaptArrays('x', arrays, imaging);

async function firstRow(array: StoredArray): Promise<Float32Array> {
  return (await array.open()).rows(1, 1);
}

describe('imaging', () => {
  it('takes the central 32 x 32 pixels of each band', async () => {
    const { images } = adapted(
      { images: placed(2, 5, 64, 65), magnitudes: magnitudes(2, 5) },
      parse({ crop: true }),
    );
    expect(images.shape).toEqual([2, 5, 32, 32]);
    const row = await firstRow(images);
    expect(row[0]).toBe(100 * 16 + 16);
    expect(row.at(-1)).toBe(10_000 * 4 + 100 * 47 + 47);
  });

  it("brings bands and vectors of magnitudes into the model's order", async () => {
    const imaging = parse({ bands: ['z', 'i', 'r', 'g', 'u', 'y'] });
    const arrays = adapted({ images: placed(2, 6, 32, 32), magnitudes: magnitudes(2, 6) }, imaging);
    expect(arrays.magnitudes.shape).toEqual([2, 5]);
    expect([...(await firstRow(arrays.magnitudes))]).toEqual([4, 3, 2, 1, 0]);
    const row = await firstRow(arrays.images);
    expect([0, 1, 2, 3, 4].map((band) => row[band * 1024])).toEqual([40_000, 30_000, 20_000, 10_000, 0]);
  });

  it('leaves magnitudes that were put together by band as they are', () => {
    const stacked = { ...magnitudes(2, 5), isInOrder: true };
    const imaging = parse({ bands: ['z', 'i', 'r', 'g', 'u'] });
    expect(adapted({ images: placed(2, 5, 32, 32), magnitudes: stacked }, imaging).magnitudes).toBe(stacked);
  });

  it('scales pixels from their zero point to nanomaggies', async () => {
    const imaging = parse({
      bands: GRIZY,
      use: GRIZY,
      zeroPoint: { g: 22.5, r: 25, i: 27.5, z: 20, y: 22.5 },
    });
    const images = stored([2, 5, 32, 32], () => 1);
    const row = await firstRow(adapted({ images, magnitudes: magnitudes(2, 5) }, imaging).images);
    const factors = [0, 1, 2, 3, 4].map((band) => row[band * 1024]);
    for (const [band, factor] of [1, 0.1, 0.01, 10, 1].entries())
      expect(factors[band]).toBeCloseTo(factor, 6);
  });

  it('keeps every pixel of the crop, whatever the size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 32, max: 50 }),
        fc.integer({ min: 32, max: 50 }),
        async (height, width) => {
          const { images } = adapted(
            { images: placed(2, 5, height, width), magnitudes: magnitudes(2, 5) },
            parse({ crop: true }),
          );
          const row = await firstRow(images);
          const top = Math.floor((height - 32) / 2);
          const left = Math.floor((width - 32) / 2);
          for (let i = 0; i < row.length; i += 97) {
            const [band, y, x] = [Math.floor(i / 1024), Math.floor((i % 1024) / 32), i % 32];
            expect(row[i]).toBe(10_000 * band + 100 * (top + y) + left + x);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['larger images without crop', { images: placed(2, 5, 64, 64), magnitudes: magnitudes(2, 5) }, {}],
    ['smaller images', { images: placed(2, 5, 28, 28), magnitudes: magnitudes(2, 5) }, { crop: true }],
    [
      'another number of bands',
      { images: placed(2, 5, 32, 32), magnitudes: magnitudes(2, 5) },
      { bands: [...GRIZY, 'u'] },
    ],
    [
      'magnitudes of other bands',
      { images: placed(2, 6, 32, 32), magnitudes: magnitudes(2, 5) },
      { bands: [...GRIZY, 'u'] },
    ],
  ])('refuses %s', (_, arrays, imaging) => {
    expect(() => adapted(arrays, parse(imaging))).toThrow(/have shape \[.*imaging expects/);
  });

  it.each([
    [{ bands: GRIZY }, /the model's bands u are not among g, r, i, z, y/],
    [{ bands: ['u', 'g', 'r', 'i', 'z', 'u'] }, /names a band twice/],
    [{ zeroPoint: { u: 25 } }, /has no zero point of g, r, i, z/],
    [{ use: ['g'] }, /5 items/],
    [{ crops: true }, /crops/],
  ])('refuses the description %j', (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it('cannot describe JSON partitions', async () => {
    const json = memoryAccess(Buffer.from('[{}]'), 'a.json');
    await expect(openPartition(json, parse({ crop: true }))).rejects.toMatchObject({ code: 'WrongType' });
  });
});

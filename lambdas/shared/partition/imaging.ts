/**
 * How the images of a partition become the model's input, where they are not that already: which of their bands, the
 * central pixels of larger stamps, and the zero point of their pixel values. Nothing is guessed: a partition that differs
 * without such a description is refused.
 */
import * as z from 'zod';
import { BANDS, IMAGE_SIDE_PX, PartitionError } from './partition.ts';
import type { StoredArray } from './stored-array.ts';

/** AB zero point of nanomaggies, the unit of SDSS's images: https://www.sdss4.org/dr17/help/glossary/#nanomaggie */
const MODEL_ZERO_POINT = 22.5;

const band = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,15}$/, 'expected the name of a band, such as "g"');
const zeroPoint = z.number().min(-50).max(100);

export const imagingSchema = z
  .strictObject({
    bands: z
      .array(band)
      .min(BANDS.length)
      .max(32)
      .default([...BANDS])
      .describe(
        'bands of the images and of vectors of magnitudes, in the order of the file; u g r i z when left out',
      ),
    use: z
      .array(band)
      .length(BANDS.length)
      .optional()
      .describe('the five bands that the model takes, in its order; u g r i z when left out'),
    crop: z.boolean().default(false).describe('take the central 32 x 32 pixels of larger images'),
    zeroPoint: z
      .union([zeroPoint, z.record(band, zeroPoint)])
      .optional()
      .describe(
        'AB magnitude of a pixel value of 1, for all bands or by band; pixels become nanomaggies (zero point 22.5)',
      ),
  })
  .superRefine((imaging, context) => {
    const { bands, use = BANDS, zeroPoint: points } = imaging;
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (new Set(bands).size < bands.length) issue('bands', 'names a band twice');
    const missing = use.filter((one) => !bands.includes(one));
    if (missing.length > 0)
      issue(
        imaging.use ? 'use' : 'bands',
        `the model's bands ${missing.join(', ')} are not among ${bands.join(', ')}; name five of these in "use"`,
      );
    if (typeof points === 'object') {
      const without = use.filter((one) => points[one] === undefined);
      if (without.length > 0) issue('zeroPoint', `has no zero point of ${without.join(', ')}`);
    }
  });

export type Imaging = z.output<typeof imagingSchema>;

/** Bands in the order of the model. */
export const usedBands = (imaging: Imaging | undefined): readonly string[] => imaging?.use ?? BANDS;

/** Arrays in the model's shapes, of those that the file holds. @throws PartitionError `WrongShape` */
export function adaptArrays<Arrays extends { images: StoredArray; magnitudes: StoredArray }>(
  file: string,
  arrays: Arrays,
  imaging: Imaging | undefined,
): Arrays {
  if (!imaging) return arrays;
  const order = usedBands(imaging).map((one) => imaging.bands.indexOf(one));
  return {
    ...arrays,
    images: adaptImages(file, arrays.images, order, imaging),
    magnitudes: adaptMagnitudes(file, arrays.magnitudes, order, imaging),
  };
}

function adaptImages(
  file: string,
  images: StoredArray,
  order: readonly number[],
  { bands, crop, zeroPoint, use = [...BANDS] }: Imaging,
): StoredArray {
  const [rows = 0, channels, height = 0, width = 0] = images.shape;
  const expected = crop ? `N, ${bands.length}, 32 or more, 32 or more` : `N, ${bands.length}, 32, 32`;
  const isLarge = height >= IMAGE_SIDE_PX && width >= IMAGE_SIDE_PX;
  const isExact = height === IMAGE_SIDE_PX && width === IMAGE_SIDE_PX;
  if (images.shape.length !== 4 || channels !== bands.length || !(crop ? isLarge : isExact)) {
    throw new PartitionError(
      'WrongShape',
      `${file}: its images have shape [${images.shape.join(', ')}], imaging expects [${expected}]`,
    );
  }
  const factors = use.map((one) => {
    const point = typeof zeroPoint === 'object' ? zeroPoint[one]! : (zeroPoint ?? MODEL_ZERO_POINT);
    return 10 ** (0.4 * (MODEL_ZERO_POINT - point));
  });
  const isSame = isExact && bands.length === order.length && order.every((from, to) => from === to);
  if (isSame && factors.every((factor) => factor === 1)) return images;
  // Of an odd surplus the smaller half lies before: pixel n/2 of an even n is the centre of a cutout.
  const top = Math.floor((height - IMAGE_SIDE_PX) / 2);
  const left = Math.floor((width - IMAGE_SIDE_PX) / 2);
  return {
    shape: [rows, order.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX],
    rowBytes: (images.rowBytes / (bands.length * height * width)) * order.length * IMAGE_SIDE_PX ** 2,
    async open() {
      const reader = await images.open();
      return {
        async rows(start, count) {
          const stored = await reader.rows(start, count);
          const values = new Float32Array(count * order.length * IMAGE_SIDE_PX ** 2);
          let at = 0;
          for (let row = 0; row < count; row++) {
            for (const [to, from] of order.entries()) {
              const factor = factors[to]!;
              const plane = (row * bands.length + from) * height * width;
              for (let y = 0; y < IMAGE_SIDE_PX; y++) {
                const line = plane + (top + y) * width + left;
                for (let x = 0; x < IMAGE_SIDE_PX; x++) values[at++] = stored[line + x]! * factor;
              }
            }
          }
          reader.release?.(stored);
          return values;
        },
        ...(reader.close ? { close: () => reader.close!() } : {}),
      };
    },
  };
}

/** Columns of magnitudes are in the model's order already; a vector has the file's bands. */
function adaptMagnitudes(
  file: string,
  magnitudes: StoredArray,
  order: readonly number[],
  { bands }: Imaging,
): StoredArray {
  if (magnitudes.isInOrder) return magnitudes;
  if (magnitudes.shape.length !== 2 || magnitudes.shape[1] !== bands.length) {
    throw new PartitionError(
      'WrongShape',
      `${file}: its magnitudes have shape [${magnitudes.shape.join(', ')}], imaging expects [N, ${bands.length}]`,
    );
  }
  return {
    shape: [magnitudes.shape[0]!, order.length],
    rowBytes: (magnitudes.rowBytes / bands.length) * order.length,
    async open() {
      const reader = await magnitudes.open();
      return {
        async rows(start, count) {
          const stored = await reader.rows(start, count);
          const values = new Float32Array(count * order.length);
          for (let row = 0; row < count; row++)
            for (const [to, from] of order.entries())
              values[row * order.length + to] = stored[row * bands.length + from]!;
          return values;
        },
        ...(reader.close ? { close: () => reader.close!() } : {}),
      };
    },
  };
}

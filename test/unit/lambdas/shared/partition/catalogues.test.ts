/** Parquet and HDF5 partitions: what is read, what is refused, and with which sentence. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../../harness/packs/redshift/data/generate.ts';
import { lookup3 } from '../../../../../harness/packs/redshift/data/lookup3.ts';
import { type Imaging, imagingSchema } from '../../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import { memoryAccess } from './fixtures.ts';

const ROWS = 7;
const pixels = 5 * 32 * 32;

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number];
const list = (name: string) => [
  { name, repetition_type: 'OPTIONAL' as const, converted_type: 'LIST' as const, num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
  { name: 'element', type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
];
const flat = (value: (row: number, i: number) => number | null, length = pixels) =>
  Array.from({ length: ROWS }, (_, row) => Array.from({ length }, (_, i) => value(row, i)));

function parquet(
  { images, more = [] }: { images: unknown[]; more?: Column[] },
  { rowGroupSize = 3, kv = {} as Record<string, string> } = {},
): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      rowGroupSize,
      kvMetadata: Object.entries(kv).map(([key, value]) => ({ key, value })),
      schema: [
        { name: 'root', num_children: 1 + more.length },
        ...list('Image'),
        ...more.map(({ name }) => ({ name, type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const })),
      ],
      columnData: [{ name: 'Image', data: images as never }, ...more],
    }),
  );
}

const scalar = (name: string, value: (row: number) => number | null): Column => ({
  name,
  data: Array.from({ length: ROWS }, (_, row) => value(row)),
});
const sdss = ['u', 'g', 'r', 'i', 'z'].map((band, b) =>
  scalar(`modelMag_${band}`, (row) => 20 + b + row / 10),
);

async function read(bytes: Uint8Array, imaging?: Imaging) {
  const partition = await openPartition(memoryAccess(bytes, 'a'), imaging);
  const images: number[] = [];
  const magnitudes: number[] = [];
  const redshifts: number[] = [];
  for await (const batch of partition.batches(4)) {
    images.push(...batch.images);
    magnitudes.push(...batch.magnitudes);
    redshifts.push(...(batch.redshifts ?? []));
  }
  return { partition, images, magnitudes, redshifts };
}

describe('Parquet', () => {
  it('reads flat images across row groups, magnitudes by band and SDSS names', async () => {
    const bytes = parquet({
      images: flat((row, i) => row + i / 8192),
      more: [...sdss, scalar('Z_SPEC', (row) => row / 8)],
    });
    const { partition, images, magnitudes, redshifts } = await read(bytes);
    expect(partition).toMatchObject({
      format: 'parquet',
      samples: ROWS,
      hasRedshifts: true,
      sampleBits: 64 * (pixels + 5),
    });
    expect(images[3 * pixels + 8]).toBe(3 + 8 / 8192);
    expect(redshifts).toEqual([0, 1, 2, 3, 4, 5, 6].map((row) => row / 8));
    expect(magnitudes.slice(5, 10)).toEqual([20.1, 21.1, 22.1, 23.1, 24.1].map(Math.fround));
  });

  it('takes bare letters as magnitudes, never as a redshift', async () => {
    const bare = ['u', 'g', 'r', 'i', 'z'].map((band, b) => scalar(band, () => b));
    const { partition, magnitudes } = await read(parquet({ images: flat(() => 1), more: bare }));
    expect(partition.hasRedshifts).toBe(false);
    expect(magnitudes.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it('crops flat images by their shape in the footer', async () => {
    const images = flat((_, i) => i % (40 * 36), 5 * 40 * 36);
    const bytes = parquet({ images, more: sdss }, { kv: { image_shape: '5,40,36' } });
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'WrongShape',
      message:
        /shape \[7, 5, 40, 36\], expected \[N, 5, 32, 32\]; describe other bands or sizes with "imaging"/,
    });
    const cropped = await read(bytes, imagingSchema.parse({ crop: true }));
    expect(cropped.images[0]).toBe(4 * 36 + 2);
  });

  it('says where a null stands', async () => {
    const bytes = parquet({ images: flat((row, i) => (row === 5 && i === 1025 ? null : 1)), more: sdss });
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'NonFinite',
      message: 'a: sample 5 has NaN in its image, band g, pixel 1',
    });
    const missing = parquet({
      images: flat(() => 1),
      more: [...sdss.slice(1), scalar('modelMag_u', (row) => (row === 2 ? null : 1))],
    });
    await expect(read(missing)).rejects.toMatchObject({
      message: 'a: sample 2 has NaN in its magnitude, band u',
    });
  });

  it.each([
    [
      'images of different lengths',
      { images: flat(() => 1).map((row, i) => (i === 4 ? row.slice(1) : row)), more: sdss },
      'WrongShape',
      /row 4 has 5119 numbers in `Image`, expected 5120/,
    ],
    [
      'images that are no squares',
      { images: flat(() => 1, 5 * 30), more: sdss },
      'WrongShape',
      /lists of 150 numbers, which are not 5 square bands/,
    ],
    [
      'a table without magnitudes',
      { images: flat(() => 1), more: [scalar('z', () => 0)] },
      'Malformed',
      /it holds no magnitudes, but Image, z/,
    ],
  ] as const)('refuses %s', async (_, table, code, message) => {
    await expect(read(parquet(table as never))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('refuses an encrypted footer and one that is longer than the file', async () => {
    const bytes = parquet({ images: flat(() => 1), more: sdss });
    const encrypted = Buffer.from(bytes);
    encrypted.write('PARE', bytes.length - 4);
    await expect(read(encrypted)).rejects.toMatchObject({ code: 'WrongType' });
    bytes.writeUInt32LE(bytes.length, bytes.length - 8);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('HDF5', () => {
  const generated = async () => {
    const parts: Buffer[] = [];
    await generatePartition(
      { seed: 3, samples: 5, format: 'hdf5' },
      { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
    );
    return Buffer.concat(parts);
  };

  it('checks metadata as the HDF5 library does', () => {
    // From lookup3.c: hashlittle("", 0) and hashlittle("Four score and seven years ago", 0).
    expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
    expect(lookup3(Buffer.from('Four score and seven years ago'))).toBe(0x17770551);
  });

  it('reads redshifts without images, and lets go of the file', async () => {
    const partition = await openPartition(memoryAccess(await generated(), 'a'));
    expect((await partition.redshifts!())!.length).toBe(5);
    partition.close!();
    await expect(partition.redshifts!()).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('refuses a file that is too large for the temporary folder before it is copied', async () => {
    const bytes = await generated();
    const reads: number[] = [];
    const source = {
      name: 'a',
      sizeBytes: 300 * 1024 ** 2,
      read: async (at: number, length: number) => {
        reads.push(at);
        return Uint8Array.from(bytes.subarray(at, at + length));
      },
    };
    await expect(openPartition(source)).rejects.toMatchObject({ code: 'TooLarge' });
    expect(Math.max(...reads)).toBe(0);
  });
});

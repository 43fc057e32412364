/** safetensors, NumPy and FITS partitions: what is read, what is refused, and with which sentence. */
import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../../harness/packs/redshift/data/generate.ts';
import { npyHeader } from '../../../../../harness/packs/redshift/data/npy-header.ts';
import { StoredZip } from '../../../../../harness/packs/redshift/data/stored-zip.ts';
import { parsePythonLiteral } from '../../../../../lambdas/shared/partition/npy/python-literal.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import {
  PARTITION_FORMATS,
  type PartitionFormat,
  type SampleBatch,
} from '../../../../../lambdas/shared/partition/partition.ts';
import { memoryAccess } from './fixtures.ts';

async function generated(format: PartitionFormat, samples = 9): Promise<Buffer> {
  const parts: Buffer[] = [];
  const sink = { write: async (bytes: Uint8Array) => void parts.push(Buffer.from(bytes)) };
  await generatePartition({ seed: 3, samples, index: 1, format }, sink);
  return Buffer.concat(parts);
}

async function drain(bytes: Uint8Array, name = 'x', size = 4) {
  const partition = await openPartition(memoryAccess(bytes, name));
  const batches: SampleBatch[] = [];
  for await (const batch of partition.batches(size)) batches.push(batch);
  return { partition, batches };
}

const valuesOf = (batches: SampleBatch[]) => ({
  images: batches.flatMap((batch) => [...batch.images]),
  magnitudes: batches.flatMap((batch) => [...batch.magnitudes]),
  redshifts: batches.flatMap((batch) => [...(batch.redshifts ?? [])]),
});

const floats = (values: number[]) => Buffer.from(Float32Array.from(values).buffer);
const image = (value: number) => new Array<number>(5 * 32 * 32).fill(value);

function safetensors(header: unknown, data: Uint8Array): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** A zip with one deflated entry each, as numpy.savez_compressed makes it. */
function deflatedZip(entries: Record<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let position = 0;
  for (const [name, content] of Object.entries(entries)) {
    const body = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(zlibCrc32(content), 16);
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(position, 42);
    central.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), body);
    position += 30 + name.length + body.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, directory, end]);
}

async function storedZip(entries: Record<string, Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  const zip = new StoredZip({ write: async (bytes) => void parts.push(Buffer.from(bytes)) });
  for (const [name, bytes] of Object.entries(entries)) await zip.add(name, bytes);
  await zip.finish();
  return Buffer.concat(parts);
}

const arrays = (samples = 3) => ({
  'images.npy': Buffer.concat([
    npyHeader("'<f4'", [samples, 5, 32, 32]),
    ...Array.from({ length: samples }, (_, i) => floats(image(i))),
  ]),
  'magnitudes.npy': Buffer.concat([
    npyHeader("'<f8'", [samples, 5]),
    Buffer.from(Float64Array.from({ length: 5 * samples }, (_, i) => 20 + i / 8).buffer),
  ]),
  'redshifts.npy': Buffer.concat([
    npyHeader("'<f4'", [samples]),
    floats(Array.from({ length: samples }, (_, i) => i / 4)),
  ]),
});

describe('every format holds the same numbers', () => {
  it.each(PARTITION_FORMATS.filter((format) => format !== 'pt'))('%s', async (format) => {
    const { partition, batches } = await drain(await generated(format));
    expect(partition).toMatchObject({ format, samples: 9, hasRedshifts: true });
    expect(batches.map(({ count }) => count)).toEqual([4, 4, 1]);
    expect(valuesOf(batches)).toEqual(valuesOf((await drain(await generated('pt'))).batches));
  });

  it.each(PARTITION_FORMATS)('%s, cut anywhere, is refused as incomplete', async (format) => {
    const bytes = await generated(format, 3);
    for (const share of [0.95, 0.7, 0.4, 0.1]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expect(drain(cut)).rejects.toMatchObject({ name: /PartitionError\.(Truncated|Malformed)/ });
    }
  });
});

describe('safetensors', () => {
  const tensor = (dtype: string, shape: number[], begin: number, end: number) => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  const good = {
    image: tensor('F32', [1, 5, 32, 32], 0, 20_480),
    mags: tensor('F32', [1, 5], 20_480, 20_500),
  };
  const data = floats([...image(1), 1, 2, 3, 4, 5]);

  it('takes singular names and a file without redshifts', async () => {
    const { partition, batches } = await drain(safetensors(good, data));
    expect(partition).toMatchObject({ samples: 1, hasRedshifts: false });
    expect([...batches[0]!.magnitudes]).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['a header that is no JSON', '{"images": ', 'Malformed', 'its safetensors header is no JSON object'],
    ['an unknown type', { images: tensor('F8_E4M3', [1], 0, 1) }, 'WrongType', 'elements of type F8_E4M3'],
    [
      'a shape that does not fit its bytes',
      { images: tensor('F32', [2, 5, 32, 32], 0, 20_480) },
      'Malformed',
      'its tensor `images` has 20,480 bytes, its shape [2, 5, 32, 32] needs 40,960',
    ],
    [
      'overlapping tensors',
      { ...good, mags: tensor('F32', [1, 5], 20_460, 20_480) },
      'Malformed',
      'its tensor `mags` overlaps another',
    ],
    [
      'a hole',
      { ...good, mags: tensor('F32', [1, 5], 20_484, 20_504) },
      'Malformed',
      'its tensor `mags` leaves a hole before it',
    ],
    ['negative sizes', { images: tensor('F32', [-1], 0, 4) }, 'Malformed', 'has no shape of whole numbers'],
    ['no images', { mags: tensor('F32', [5125], 0, 20_500) }, 'Malformed', 'it holds no images, but mags'],
    [
      'images of another shape',
      { ...good, image: tensor('F32', [1, 32, 32, 5], 0, 20_480) },
      'WrongShape',
      'its images have shape [1, 32, 32, 5], expected [N, 5, 32, 32]',
    ],
  ])('refuses %s', async (_, header, code, message) => {
    await expect(drain(safetensors(header, data), 'a')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

describe('npz', () => {
  const expected = {
    images: [...image(0), ...image(1), ...image(2)],
    magnitudes: Array.from({ length: 15 }, (_, i) => 20 + i / 8),
    redshifts: [0, 0.25, 0.5],
  };
  it('reads arrays, stored and deflated alike', async () => {
    for (const bytes of [await storedZip(arrays()), deflatedZip(arrays())]) {
      const { partition, batches } = await drain(bytes, 'a.npz', 2);
      expect(partition.format).toBe('npz');
      expect(valuesOf(batches)).toEqual(expected);
    }
  });

  it('reads Fortran order and big-endian numbers', async () => {
    const rows = [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
      [11, 12, 13, 14, 15],
    ];
    const column = [0, 1, 2, 3, 4].flatMap((band) => rows.map((row) => row[band]!));
    const header = npyHeader("'>f4'", [3, 5]);
    header.write(
      header.toString('latin1').replace("'fortran_order': False", "'fortran_order': True "),
      'latin1',
    );
    const bytes = await storedZip({
      ...arrays(),
      'magnitudes.npy': Buffer.concat([header, floats(column).swap32()]),
    });
    expect(valuesOf((await drain(bytes)).batches).magnitudes).toEqual(rows.flat());
  });

  it('reads the images of a deflated file twice, from the start each time', async () => {
    const partition = await openPartition(memoryAccess(deflatedZip(arrays()), 'a'));
    for await (const batch of partition.batches(2)) if (batch.offset === 0) break;
    const seen: number[] = [];
    for await (const batch of partition.batches(1)) seen.push(batch.images[0]!);
    expect(seen).toEqual([0, 1, 2]);
  });

  it('refuses objects, which are pickles', async () => {
    const bytes = await storedZip({ ...arrays(), 'images.npy': npyHeader("'|O'", [3]) });
    await expect(drain(bytes, 'a.npz')).rejects.toMatchObject({
      code: 'HostilePickle',
      message: 'a.npz: `images.npy`: it is an array of Python objects, which is a pickle; save plain numbers',
    });
  });

  it('refuses a shape that its bytes do not bear out', async () => {
    const images = arrays()['images.npy'];
    const bytes = await storedZip({ ...arrays(), 'images.npy': images.subarray(0, images.length - 4) });
    await expect(drain(bytes, 'a.npz')).rejects.toMatchObject({
      code: 'Truncated',
      message: 'a.npz: `images.npy`: its shape [3, 5, 32, 32] needs 61,440 bytes, it has 61,436',
    });
  });

  it('notices a changed bit by its checksum', async () => {
    const bytes = await storedZip(arrays());
    bytes[30_000]! ^= 1;
    await expect(drain(bytes)).rejects.toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining('CRC-32'),
    });
    const deflated = deflatedZip(arrays());
    // The stored checksum itself, in the central directory.
    deflated[deflated.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 16]! ^= 1;
    await expect(drain(deflated)).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('a deflated entry that goes on for ever is read no further than its size', async () => {
    const bytes = deflatedZip({
      ...arrays(),
      'images.npy': Buffer.concat([arrays()['images.npy'], Buffer.alloc(5e7)]),
    });
    // The directory claims the right size; behind it would come 50 MB of zeros.
    const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt32LE(arrays()['images.npy'].length, at + 24);
    await expect(drain(bytes)).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('npy', () => {
  const descr = "[('image', '<f4', (5, 32, 32)), ('', '|V4'), ('mag', '>f4', (5,)), ('z', '<f8')]";
  it('reads records with padding and mixed byte orders', async () => {
    const record = (n: number) =>
      Buffer.concat([
        floats(image(n)),
        Buffer.alloc(4, 0xff),
        floats([n, n + 1, n + 2, n + 3, n + 4]).swap32(),
        Buffer.from(Float64Array.of(n / 2).buffer),
      ]);
    const bytes = Buffer.concat([npyHeader(descr, [2]), record(1), record(2)]);
    const { partition, batches } = await drain(bytes);
    expect(partition).toMatchObject({ format: 'npy', samples: 2 });
    expect(valuesOf(batches)).toEqual({
      images: [...image(1), ...image(2)],
      magnitudes: [1, 2, 3, 4, 5, 2, 3, 4, 5, 6],
      redshifts: [0.5, 1],
    });
  });

  it('a plain array is refused with the way out', async () => {
    await expect(drain(Buffer.concat([npyHeader("'<f4'", [1]), floats([1])]), 'a.npy')).rejects.toMatchObject(
      {
        code: 'WrongShape',
        message: expect.stringContaining('numpy.savez'),
      },
    );
  });

  it.each([
    ["{'a': 1}", new Map([['a', 1]])],
    ['(1, 2,)', [1, 2]],
    ["[('x', '<f4', (2,))]", [['x', '<f4', [2]]]],
    ['{"shape": (3L, 4L), }', new Map([['shape', [3, 4]]])],
    ['True ', true],
    ['__import__("os")', undefined],
    ['(1, 2', undefined],
    ['{1: 2}', undefined],
    [`${'('.repeat(100_000)}`, undefined],
    ['1 2', undefined],
  ])('the literal %s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });
});

describe('FITS', () => {
  const card = (keyword: string, value: string | number) =>
    `${keyword.padEnd(8)}= ${typeof value === 'number' ? String(value).padStart(20) : value}`.padEnd(80);
  const header = (...cards: string[]) => {
    const text = [...cards, 'END'.padEnd(80)].join('');
    return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
  };
  const block = (bytes: Buffer) =>
    Buffer.concat([bytes, Buffer.alloc(Math.ceil(bytes.length / 2880) * 2880 - bytes.length)]);
  const primary = (...more: string[]) =>
    header(card('SIMPLE', 'T'), card('BITPIX', 8), card('NAXIS', 0), ...more);
  const cube = (samples: number, ...more: string[]) =>
    header(
      card('XTENSION', "'IMAGE   '"),
      card('BITPIX', 16),
      card('NAXIS', 4),
      ...[32, 32, 5, samples].map((size, i) => card(`NAXIS${i + 1}`, size)),
      card('PCOUNT', 0),
      card('GCOUNT', 1),
      ...more,
    );
  const table = (rowBytes: number, rows: number, columns: [string, string][]) =>
    header(
      card('XTENSION', "'BINTABLE'"),
      card('BITPIX', 8),
      card('NAXIS', 2),
      card('NAXIS1', rowBytes),
      card('NAXIS2', rows),
      card('PCOUNT', 0),
      card('GCOUNT', 1),
      card('TFIELDS', columns.length),
      ...columns.flatMap(([name, form], i) => [
        card(`TTYPE${i + 1}`, `'${name}'`),
        card(`TFORM${i + 1}`, `'${form}'`),
      ]),
    );
  const pixels = block(Buffer.from(Int16Array.from(image(300)).buffer).swap16());
  const row = (values: number[]) => floats(values).swap32();
  const sdss: [string, string][] = [
    ['OBJID', '4A'],
    ...['u', 'g', 'r', 'i', 'z'].map((band): [string, string] => [`modelMag_${band}`, 'E']),
    ['z', 'E'],
  ];

  it('reads scaled integers, and magnitudes from five columns beside a redshift z', async () => {
    const bytes = Buffer.concat([
      primary(),
      cube(1, card('BSCALE', '0.01D0'), card('BZERO', '-1.0')),
      pixels,
      table(28, 1, sdss),
      block(Buffer.concat([Buffer.from('abcd'), row([22, 21, 20, 19, 18, 0.125])])),
    ]);
    const { partition, batches } = await drain(bytes);
    expect(partition).toMatchObject({ format: 'fits', samples: 1, hasRedshifts: true });
    const { images, magnitudes, redshifts } = valuesOf(batches);
    expect(images).toEqual(image(2));
    expect(magnitudes).toEqual([22, 21, 20, 19, 18]);
    expect(redshifts).toEqual([0.125]);
  });

  it('of columns u g r i z the last is a magnitude, and there is no redshift', async () => {
    const columns = ['u', 'g', 'r', 'i', 'z'].map((band): [string, string] => [band, 'E']);
    const bytes = Buffer.concat([
      primary(),
      cube(1),
      pixels,
      table(20, 1, columns),
      block(row([5, 4, 3, 2, 1])),
    ]);
    const { partition, batches } = await drain(bytes);
    expect(partition.hasRedshifts).toBe(false);
    expect([...batches[0]!.magnitudes]).toEqual([5, 4, 3, 2, 1]);
  });

  it('a blank pixel is not a number', async () => {
    const bytes = Buffer.concat([
      primary(),
      cube(1, card('BLANK', 300)),
      pixels,
      table(28, 1, sdss),
      block(Buffer.concat([Buffer.from('abcd'), row([22, 21, 20, 19, 18, 0.125])])),
    ]);
    await expect(drain(bytes)).rejects.toMatchObject({ code: 'NonFinite' });
  });

  it.each<[string, () => Buffer, string, string]>([
    ['a file without a cube', () => primary(), 'Malformed', 'it holds no images, but nothing'],
    [
      'a cube without a catalogue',
      () => Buffer.concat([primary(), cube(1), pixels]),
      'Malformed',
      'it holds no magnitudes',
    ],
    [
      'data that end too early',
      () => Buffer.concat([primary(), cube(9), pixels]),
      'Truncated',
      'its unit 2 needs 92,160 bytes of data, 11,520 are there; it is incomplete',
    ],
    [
      'axes beyond any file',
      () =>
        Buffer.concat([
          header(
            card('SIMPLE', 'T'),
            card('BITPIX', -64),
            card('NAXIS', 3),
            ...[1, 2, 3].map((n) => card(`NAXIS${n}`, 999_999_999)),
          ),
        ]),
      'Malformed',
      'describes more data than any file holds',
    ],
    [
      'a header without END',
      () => Buffer.alloc(2880, card('SIMPLE', 'T'), 'latin1'),
      'Truncated',
      'within a FITS header',
    ],
    [
      'columns wider than the row',
      () => Buffer.concat([primary(), table(4, 1, [['magnitude', '5E']]), block(Buffer.alloc(4))]),
      'Malformed',
      'the columns of its table need 20 bytes a row, NAXIS1 is 4',
    ],
  ])('refuses %s', async (_, bytes, code, message) => {
    await expect(drain(bytes(), 'a.fits')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

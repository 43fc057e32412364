import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { StoredZip } from '../../../../../harness/packs/redshift/data/stored-zip.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import {
  IMAGE_FLOATS,
  type Partition,
  type SampleBatch,
} from '../../../../../lambdas/shared/partition/partition.ts';
import { FIXTURES, fixture, memoryAccess } from './fixtures.ts';

async function batchesOf(partition: Partition, size: number): Promise<SampleBatch[]> {
  const batches: SampleBatch[] = [];
  for await (const batch of partition.batches(size)) batches.push(batch);
  return batches;
}

/** Everything a partition holds, or the error. */
async function drain(bytes: Uint8Array, name = 'x.pt', size = 3) {
  return batchesOf(await openPartition(memoryAccess(bytes, name)), size);
}

async function zipOf(entries: Record<string, Uint8Array | string>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  const zip = new StoredZip({ write: async (bytes) => void parts.push(Buffer.from(bytes)) });
  for (const [name, bytes] of Object.entries(entries)) await zip.add(name, Buffer.from(bytes));
  await zip.finish();
  return Buffer.concat(parts);
}

const tiny = readFileSync(join(FIXTURES, 'tiny.pt'));

describe('openPartition on torch files', () => {
  for (const [name, samples] of [
    ['tiny.pt', 32],
    ['tiny_legacy.pt', 32],
    ['tiny_dict.pt', 2],
    ['tiny_noncontiguous.pt', 8],
    ['tiny_float64_labels.pt', 4],
    ['tiny_half_int.pt', 4],
  ] as const) {
    it(`reads ${name} the same in batches of any size`, async () => {
      const partition = await openPartition(fixture(name));
      expect(partition).toMatchObject({ format: 'pt', samples, hasRedshifts: true });
      const [whole] = await batchesOf(partition, 1000);
      for (const size of [1, 3, samples]) {
        const batches = await batchesOf(partition, size);
        expect(batches.map((batch) => batch.offset)).toEqual(
          Array.from({ length: Math.ceil(samples / size) }, (_, i) => i * size),
        );
        expect(batches.flatMap((batch) => [...batch.magnitudes])).toEqual([...whole!.magnitudes]);
        expect(batches.flatMap((batch) => [...batch.redshifts!])).toEqual([...whole!.redshifts!]);
        const images = Buffer.concat(batches.map((batch) => Buffer.from(batch.images.slice().buffer)));
        expect(images.equals(Buffer.from(whole!.images.slice().buffer))).toBe(true);
      }
    });
  }

  it('refuses a batch size that is none', async () => {
    await expect(batchesOf(await openPartition(fixture('tiny.pt')), 0)).rejects.toThrow(RangeError);
  });

  it('can be left in the middle and read again', async () => {
    const partition = await openPartition(fixture('tiny.pt'));
    for await (const batch of partition.batches(4)) if (batch.offset === 4) break;
    expect((await batchesOf(partition, 32))[0]!.count).toBe(32);
  });

  it('refuses wrong shapes, NaN, and models', async () => {
    await expect(openPartition(fixture('tiny_storage_shared.pt'))).rejects.toMatchObject({
      code: 'WrongShape',
      message:
        'tiny_storage_shared.pt: its images have shape [10, 5, 8, 8], expected [N, 5, 32, 32]; describe other bands or sizes with "imaging"',
    });
    const nan = await openPartition(fixture('tiny_zero_magnitude_nan.pt'));
    await expect(batchesOf(nan, 2)).rejects.toMatchObject({
      code: 'NonFinite',
      message: 'tiny_zero_magnitude_nan.pt: sample 0 has NaN in its image, band g, pixel 573',
    });
    await expect(openPartition(fixture('model_state.pt'))).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('refuses hostile pickles by the name they refer to', async () => {
    await expect(openPartition(fixture('malicious_legacy.pt'))).rejects.toMatchObject({
      code: 'HostilePickle',
      message: expect.stringContaining('`posix.system`'),
    });
    for (const [module, name] of [
      ['posix', 'system'],
      ['__builtin__', 'eval'],
      ['builtins', 'getattr'],
      ['torch', 'load'],
    ]) {
      const pickle = Buffer.from(`\x80\x02c${module}\n${name}\nX\x02\x00\x00\x00hi\x85R.`, 'latin1');
      const bytes = await zipOf({ 'x/data.pkl': pickle, 'x/data/0': 'abcd', 'x/version': '3\n' });
      await expect(drain(bytes)).rejects.toMatchObject({
        code: 'HostilePickle',
        message: expect.stringContaining(`\`${module}.${name}\``),
      });
    }
  });

  it('tells truncated files from damaged ones', async () => {
    await expect(drain(tiny.subarray(0, tiny.length >> 1))).rejects.toMatchObject({ code: 'Truncated' });
    await expect(drain(tiny.subarray(0, tiny.length - 22))).rejects.toMatchObject({ code: 'Truncated' });
    const flipped = Buffer.from(tiny);
    flipped[300_000]! ^= 4;
    await expect(drain(flipped)).rejects.toMatchObject({
      code: 'Malformed',
      message: expect.stringMatching(/CRC-32 of its entry `tiny\/data\/0`/),
    });
    const legacy = readFileSync(join(FIXTURES, 'tiny_legacy.pt'));
    for (const end of [5, 300, 10_000, legacy.length - 1]) {
      await expect(drain(legacy.subarray(0, end))).rejects.toMatchObject({ code: 'Truncated' });
    }
  });

  it('reads files that torch was told to save without checksums', async () => {
    const unchecked = Buffer.from(tiny);
    for (let at = unchecked.indexOf('PK\x01\x02'); at >= 0; at = unchecked.indexOf('PK\x01\x02', at + 1)) {
      unchecked.writeUInt32LE(0, at + 16);
    }
    expect(await drain(unchecked)).toHaveLength(11);
  });

  it('refuses storages that are missing or short', async () => {
    const pickle = tiny.subarray(
      tiny.indexOf('\x80\x02c', 0, 'latin1'),
      tiny.indexOf('sb.', 0, 'latin1') + 3,
    );
    const images = Buffer.alloc(32 * IMAGE_FLOATS * 4);
    const parts = { 'x/data.pkl': pickle, 'x/data/0': images, 'x/data/1': Buffer.alloc(640) };
    await expect(drain(await zipOf(parts))).rejects.toMatchObject({
      code: 'Truncated',
      message: 'x.pt: its storage `x/data/2` is missing',
    });
    const short = { ...parts, 'x/data/0': images.subarray(4), 'x/data/2': Buffer.alloc(128) };
    await expect(drain(await zipOf(short))).rejects.toMatchObject({
      code: 'Truncated',
      message: 'x.pt: its storage `x/data/0` has 655,356 bytes, its tensors need 655,360',
    });
    expect(crc32('123456789')).toBe(0xcbf43926);
  });

  it('says what a file of another kind is', async () => {
    await expect(drain(Buffer.alloc(0), 'a.pt')).rejects.toMatchObject({
      code: 'Empty',
      message: 'a.pt: the file is empty',
    });
    await expect(drain(Buffer.from('\x1f\x8b......', 'latin1'), 'a.pt')).rejects.toMatchObject({
      code: 'UnknownFormat',
      message:
        'a.pt: it is gzip; a partition is a torch .pt, .json, .safetensors, .npy, .npz, .fits, .parquet or .hdf5 file',
    });
    await expect(drain(Buffer.from('hello'), 'a.pt')).rejects.toMatchObject({ code: 'UnknownFormat' });
    await expect(drain(Buffer.from('\x80\x02K\x01.', 'latin1'), 'a.pt')).rejects.toMatchObject({
      code: 'Malformed',
      message: 'a.pt: it is a pickle, but none that torch.save wrote',
    });
    await expect(drain(await zipOf({ 'a.txt': 'x' }), 'a.pt')).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('openPartition on JSON', () => {
  const image = JSON.stringify(
    Array.from({ length: 5 }, (_, b) =>
      Array.from({ length: 32 }, (_, y) => Array.from({ length: 32 }, (_, x) => b + y / 32 + x / 1024)),
    ),
  );
  const flat = JSON.stringify((JSON.parse(image) as number[][][]).flat(2));
  const sample = (z = 0.25, pixels = image) =>
    `{"image": ${pixels}, "magnitude": [21.5, 20, 19.25, 19, 18.75], "redshift": ${z}}`;
  const wrapped = (data: string, samples: number) =>
    Buffer.from(
      `{"format": "cosmicai-partition/1", "samples": ${samples}, "shape": [5, 32, 32], "data": [${data}]}`,
    );
  const json = (bytes: Buffer | string, size = 2) => drain(Buffer.from(bytes), 'a.json', size);

  it('reads nested and flat images, wrapped and bare', async () => {
    const expected = (JSON.parse(flat) as number[]).map(Math.fround);
    for (const text of [
      wrapped([sample(0.1), sample(0.2), sample(0.3)].join(','), 3),
      `\ufeff [ ${sample(0.1, flat)} ,\n${sample(0.2, flat)},${sample(0.3, flat)} ]\n`,
      `{"data":[${sample(0.1)},${sample(0.2)},${sample(0.3)}],"samples":3}`,
    ]) {
      const batches = await json(text as string);
      expect(batches.map((batch) => [batch.offset, batch.count])).toEqual([
        [0, 2],
        [2, 1],
      ]);
      expect([...batches[1]!.images]).toEqual(expected);
      expect([...batches[0]!.redshifts!, ...batches[1]!.redshifts!]).toEqual(
        [0.1, 0.2, 0.3].map(Math.fround),
      );
      expect([...batches[0]!.magnitudes.slice(5)]).toEqual([21.5, 20, 19.25, 19, 18.75]);
    }
  });

  it('does without redshifts when none has one', async () => {
    const bare = `{"image": ${flat}, "magnitude": [1,2,3,4,5], "note": {"a": [1, {"b": null}], "c": "\\"]"}}`;
    const partition = await openPartition(memoryAccess(Buffer.from(`[${bare},${bare}]`), 'a.json'));
    expect(partition).toMatchObject({ samples: 2, hasRedshifts: false });
    expect((await batchesOf(partition, 5))[0]!.redshifts).toBeUndefined();
    await expect(json(`[${bare},${sample()}]`)).rejects.toMatchObject({
      message: 'a.json: sample 1 has a redshift, sample 0 has none',
    });
  });

  const nan = image.replace('[0,', '[NaN,');
  for (const [what, text, code, message] of [
    [
      'a NaN pixel',
      wrapped(sample(0.1, nan), 1),
      'NonFinite',
      'a.json: sample 0 has NaN in its image, band u, pixel 0',
    ],
    [
      'an infinite redshift',
      wrapped(sample(-Infinity), 1),
      'NonFinite',
      'sample 0 has -Infinity in its redshift',
    ],
    [
      'a pixel beyond float32',
      wrapped(sample(0.1, image.replace('[0,', '[1e39,')), 1),
      'NonFinite',
      'Infinity',
    ],
    ['no samples', wrapped('', 0), 'Empty', 'a.json: it holds no samples'],
    ['an empty array', ' [ ] ', 'Empty', 'a.json: it holds no samples'],
    [
      'fewer samples than declared',
      wrapped(`${sample()},${sample()}`, 3),
      'Truncated',
      'says it holds 3 samples but ends after 2',
    ],
    [
      'more samples than declared',
      wrapped(`${sample()},${sample()}`, 1),
      'Malformed',
      'says it holds 1 samples but holds more',
    ],
    ['a count that cannot be', wrapped(sample(), 1e9), 'Truncated', 'too few'],
    ['text that ends', `[${sample()}`.slice(0, 9_000), 'Truncated', 'the file is incomplete'],
    [
      'text that ends in its header',
      '{"format": "cosmicai-partition/1"',
      'Truncated',
      'the file is incomplete',
    ],
    ['something behind the end', `[${sample()}] x`, 'Malformed', 'expected the end of the file'],
    [
      '31 numbers in a row',
      wrapped(sample(0.1, image.replace('[0,', '[')), 1),
      'WrongShape',
      'neither [5, 32, 32] nor flat',
    ],
    [
      '5,121 numbers',
      wrapped(sample(0.1, flat.replace('[', '[1,')), 1),
      'WrongShape',
      'neither [5, 32, 32] nor flat',
    ],
    ['four magnitudes', wrapped(sample().replace('20, ', ''), 1), 'WrongShape', 'not exactly 5 magnitudes'],
    [
      'another shape',
      '{"shape": [3, 64, 64], "data": []}',
      'WrongShape',
      '[3, 64, 64], expected [5, 32, 32]',
    ],
    ['another format', '{"format": "x/9", "data": []}', 'UnknownFormat', '"x/9"'],
    ['null for a number', wrapped(sample().replace('21.5', 'null'), 1), 'Malformed', 'found "n"'],
    ['a sample that is none', '[3]', 'Malformed', 'expected an object'],
    ['no image', '[{"magnitude": [1,2,3,4,5]}]', 'Malformed', 'sample 0 has no image'],
    [
      'two images',
      `[{"image": ${flat}, "image": ${flat}, "magnitude": [1,2,3,4,5]}]`,
      'Malformed',
      'more than one image',
    ],
    ['no data', '{"note": 2}', 'Malformed', 'without `data`'],
    ['a leading zero', wrapped(sample().replace('21.5', '021.5'), 1), 'Malformed', 'leading zeros'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await expect(json(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    });
  }
});

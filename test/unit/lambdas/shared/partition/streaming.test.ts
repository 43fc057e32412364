/** Partitions larger than what is held whole: read range by range, checked as they go. */
import { beforeAll, describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import type { RandomAccess } from '../../../../../lambdas/shared/partition/partition.ts';
import { readAhead } from '../../../../../lambdas/shared/partition/read-ahead.ts';
import { memoryAccess } from './fixtures.ts';

const SAMPLES = 150;
const bytes: Record<'pt' | 'json', Buffer> = { pt: Buffer.alloc(0), json: Buffer.alloc(0) };

beforeAll(async () => {
  for (const format of ['pt', 'json'] as const) {
    const parts: Buffer[] = [];
    const sink = { write: async (chunk: Uint8Array) => void parts.push(Buffer.from(chunk)) };
    await generatePartition({ seed: 21, samples: SAMPLES, format }, sink);
    bytes[format] = Buffer.concat(parts);
  }
});

async function offsetsRead(source: RandomAccess, batchSize: number): Promise<number[]> {
  const offsets: number[] = [];
  for await (const batch of (await openPartition(source)).batches(batchSize)) offsets.push(batch.offset);
  return offsets;
}

describe('a large torch partition', () => {
  it('opens by its two ends and reads each byte of its images once', async () => {
    const source = memoryAccess(bytes.pt, 'big.pt');
    const partition = await openPartition(source);
    expect(source.readBytes).toBeLessThan(300_000);
    const before = source.readBytes;
    for await (const batch of partition.batches(40)) expect(batch.images.length).toBe(batch.count * 5_120);
    expect(source.readBytes - before).toBeLessThan(SAMPLES * 20_504 * 1.01);
  });

  it('gives its images without copying them', async () => {
    const handed: ArrayBufferLike[] = [];
    const inner = memoryAccess(bytes.pt);
    const source: RandomAccess = {
      name: 'big.pt',
      sizeBytes: inner.sizeBytes,
      async read(offset, length) {
        const chunk = await inner.read(offset, length);
        handed.push(chunk.buffer);
        return chunk;
      },
    };
    for await (const batch of (await openPartition(source)).batches(50))
      expect(handed).toContain(batch.images.buffer);
  });

  it('asks for the next range while a batch is in use, and for no more', async () => {
    const source = memoryAccess(bytes.pt);
    const partition = await openPartition(source);
    const iterator = partition.batches(10)[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setImmediate(resolve));
    const after = source.readBytes;
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.readBytes).toBe(after);
    expect(after).toBeLessThan(300_000 + 2 * 10 * 20_480 + SAMPLES * 24);
    await iterator.return?.();
  });

  it('notices one changed bit, in the batch that ends the storage at the latest', async () => {
    const flipped = Buffer.from(bytes.pt);
    // The lowest bit of a pixel: the value stays finite, only the checksum knows.
    flipped[1_000_000 - (1_000_000 % 4)]! ^= 1;
    const given: number[] = [];
    const read = async () => {
      for await (const batch of (await openPartition(memoryAccess(flipped, 'big.pt'))).batches(64))
        given.push(batch.offset);
    };
    await expect(read()).rejects.toMatchObject({
      code: 'Malformed',
      message: expect.stringContaining('CRC-32 of its entry `partition/data/0`'),
    });
    expect(given).toEqual([0, 64]);
  });

  it('passes on what its source throws', async () => {
    const source = memoryAccess(bytes.pt);
    const broken: RandomAccess = {
      name: 'x',
      sizeBytes: source.sizeBytes,
      read: (offset, length) =>
        offset > 1_500_000 && length > 200_000
          ? Promise.reject(new Error('reset'))
          : source.read(offset, length),
    };
    await expect(offsetsRead(broken, 20)).rejects.toThrow('reset');
  });
});

describe('a large JSON partition', () => {
  it('is read in chunks, its layout once and its samples once', async () => {
    const source = memoryAccess(bytes.json, 'big.json');
    expect(await offsetsRead(source, 64)).toEqual([0, 64, 128]);
    // Layout and first sample at opening, then the whole once; chunks are of 4 MiB.
    expect(source.readBytes).toBeLessThan(
      bytes.json.length + 64 + 2 * 4_194_304 + 262_144 + bytes.json.length,
    );
  });
});

describe('readAhead', () => {
  it('loads one item ahead, never two at once', async () => {
    let running = 0;
    const loaded: number[] = [];
    const load = async (index: number) => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      loaded.push(index);
      return index < 3 ? index : undefined;
    };
    const got: number[] = [];
    for await (const item of readAhead(load)) {
      got.push(item);
      await new Promise((resolve) => setImmediate(resolve));
      expect(loaded.length).toBe(item + 2);
    }
    expect(got).toEqual([0, 1, 2]);
  });
  it('fails at the item that failed, after the ones before it', async () => {
    const got: number[] = [];
    const run = async () => {
      for await (const item of readAhead(async (i) => (i === 2 ? Promise.reject(new Error('third')) : i)))
        got.push(item);
    };
    await expect(run()).rejects.toThrow('third');
    expect(got).toEqual([0, 1]);
  });
});

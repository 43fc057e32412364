import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generatePartition } from '../../../../harness/packs/redshift/data/generate.ts';
import { S3Partition } from '../../../../lambdas/inference/s3-partition.ts';
import { TransferStatistics } from '../../../../lambdas/inference/s3-ranges.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import { MemoryS3 } from '../memory-s3.ts';
import { memoryAccess } from '../shared/partition/fixtures.ts';

const SAMPLES = 1100;
const BATCH = 100;
let file: Buffer;
let s3: MemoryS3;

beforeAll(async () => {
  const parts: Buffer[] = [];
  await generatePartition(
    { seed: 11, samples: SAMPLES, format: 'pt' },
    { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
  );
  file = Buffer.concat(parts);
});
beforeEach(() => {
  s3 = new MemoryS3();
  s3.put('data', '1.pt', file);
});
/** Reads of this size are large ones. */
const PIECE = 300 * 1024;
const openRaw = () => {
  s3.put('data', 'raw', file.subarray(0, 13 * PIECE));
  return S3Partition.open(s3.client, 'data', 'raw', new TransferStatistics());
};
const open = () => S3Partition.open(s3.client, 'data', '1.pt', new TransferStatistics());

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

describe('a partition that comes from S3', () => {
  it('gives its first batch before its last bytes have come', async () => {
    const held: (() => void)[] = [];
    s3.intercept = ({ headers }) => {
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '')!.map(Number);
      // Everything of the second batch and later, but for the directory at the end.
      if (start! < 2.2 * 1024 * 1024 || start! > file.length - 300_000) return undefined;
      const body = new Readable({ read() {} });
      held.push(() => {
        body.push(file.subarray(start, end! + 1));
        body.push(null);
      });
      const range = `bytes ${start}-${end}/${file.length}`;
      return { statusCode: 206, headers: { 'content-range': range }, body };
    };
    const batches = (await openPartition(await open())).batches(BATCH)[Symbol.asyncIterator]();
    const first = await batches.next();
    expect(first.value?.count).toBe(BATCH);
    expect(held.length).toBeGreaterThanOrEqual(2);
    let samples = BATCH;
    for (let next = batches.next(); ; next = batches.next()) {
      const timer = setInterval(() => held.splice(0).forEach((answer) => void answer()), 1);
      const { value } = await next.finally(() => clearInterval(timer));
      if (!value) break;
      samples += value.count;
    }
    expect(samples).toBe(SAMPLES);
  });

  it('fills memory again that was given back, and every sample is still right', async () => {
    const expected = (await openPartition(memoryAccess(file))).batches(BATCH)[Symbol.asyncIterator]();
    const memories = new Set<ArrayBufferLike>();
    let batches = 0;
    for await (const batch of (await openPartition(await open())).batches(BATCH)) {
      const { value } = await expected.next();
      expect(batch.offset).toBe(value!.offset);
      expect(bytesOf(batch.images).equals(bytesOf(value!.images))).toBe(true);
      expect(batch.magnitudes).toEqual(value!.magnitudes);
      expect(batch.redshifts).toEqual(value!.redshifts);
      memories.add(batch.images.buffer);
      batches++;
    }
    expect(batches).toBe(Math.ceil(SAMPLES / BATCH));
    expect(memories.size).toBeLessThan(batches);
  });

  it('never fills memory again that another read looked at', async () => {
    const source = await openRaw();
    const large = await source.read(PIECE, PIECE);
    const small = await source.read(PIECE + 100, 50);
    source.release(large.buffer);
    for (let at = 2; at < 12; at++) await source.read(at * PIECE, PIECE);
    expect(Buffer.from(small)).toEqual(file.subarray(PIECE + 100, PIECE + 150));
    expect(file.subarray(PIECE, 2 * PIECE).equals(large)).toBe(true);
  });

  it('fills memory again only once it was given back', async () => {
    const source = await openRaw();
    const kept = await source.read(PIECE, PIECE);
    const memories = new Set([kept.buffer]);
    for (let at = 2; at < 12; at++) {
      const { buffer } = await source.read(at * PIECE, PIECE);
      memories.add(buffer);
      source.release(buffer);
      source.release(buffer);
    }
    expect(file.subarray(PIECE, 2 * PIECE).equals(kept)).toBe(true);
    expect(memories.size).toBeLessThan(9);
  });

  it('does not hold what nobody gives back', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const source = await openRaw();
    const read: WeakRef<ArrayBufferLike>[] = [];
    for (let at = 1; at < 12; at++) read.push(new WeakRef((await source.read(at * PIECE, PIECE)).buffer));
    // A WeakRef holds its object to the end of the turn.
    await new Promise((done) => setImmediate(done));
    collectGarbage();
    const held = read.filter((one) => one.deref() !== undefined).length;
    expect(held).toBeLessThanOrEqual(6);
  });
});

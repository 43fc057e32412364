import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bucket } from '../../../../../../harness/emulator/services/s3/store/bucket.ts';
import { Buckets } from '../../../../../../harness/emulator/services/s3/store/buckets.ts';
import { openContent } from '../../../../../../harness/emulator/services/s3/store/content-reader.ts';
import { writeContent } from '../../../../../../harness/emulator/services/s3/store/content-writer.ts';
import type { ObjectVersion } from '../../../../../../harness/emulator/services/s3/store/records.ts';
import { serviceStateIn } from '../../../../../service-state.ts';

let root: string;
let buckets: Buckets;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cosmicai-bucket-'));
  buckets = new Buckets(serviceStateIn(root));
  buckets.create('b', { region: 'us-east-1', ownerAccountId: '000000000000', createdMs: 1 });
});

afterEach(async () => {
  await buckets.close();
  rmSync(root, { recursive: true, force: true });
});

async function put(bucket: Bucket, key: string, text: string): Promise<ObjectVersion> {
  const { segment, sizeBytes } = await writeContent(buckets.blobs, [Buffer.from(text)], []);
  const object: ObjectVersion = {
    key,
    versionId: 'null',
    lastModifiedMs: 0,
    sizeBytes,
    etag: '',
    contentType: '',
    segments: segment ? [segment] : [],
  };
  return bucket.change(key, () => ({ records: [{ op: 'put', object }], result: object }));
}

async function read(version: ObjectVersion | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  const stream = openContent(buckets.blobs, version?.segments ?? [], 0, version?.sizeBytes ?? 0);
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const blobFiles = () =>
  readdirSync(join(root, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** Ends without a clean stop: what a SIGKILL leaves. */
async function crash(): Promise<void> {
  // Before that nothing has a name yet.
  await buckets.blobs.opened();
  const generation = readFileSync(join(root, 'generation'));
  await buckets.close();
  writeFileSync(join(root, 'generation'), generation);
  buckets = new Buckets(serviceStateIn(root));
}

describe('Bucket', () => {
  it('lets a reader finish with the old content while a key is overwritten', async () => {
    const bucket = buckets.get('b');
    const old = await put(bucket, 'k', 'old '.repeat(200_000));
    const stream = openContent(buckets.blobs, old.segments, 0, old.sizeBytes);
    await put(bucket, 'k', 'new');
    let text = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
    expect(text).toBe('old '.repeat(200_000));
    expect(await read(bucket.find('k'))).toBe('new');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(blobFiles()).toHaveLength(1);
  });

  it('removes after a crash what no record names, and nothing else', async () => {
    await put(buckets.get('b'), 'kept', 'kept');
    await writeContent(buckets.blobs, [Buffer.from('written, never recorded')], []);
    writeFileSync(join(root, 'tmp', 'half'), 'half');
    expect(blobFiles()).toHaveLength(2);
    await crash();
    expect(await read(buckets.get('b').find('kept'))).toBe('kept');
    await buckets.close();
    buckets = new Buckets(serviceStateIn(root));
    expect(blobFiles()).toHaveLength(1);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    expect(await read(buckets.get('b').find('kept'))).toBe('kept');
  });

  it('never gives a name twice, also after a crash', async () => {
    const before = new Set(Array.from({ length: 10 }, () => buckets.blobs.newName()));
    await crash();
    for (let i = 0; i < 10; i++) expect(before.has(buckets.blobs.newName())).toBe(false);
  });

  it('rewrites a journal that is mostly dead, and opens the same from it', async () => {
    const bucket = buckets.get('b');
    await bucket.setConfig('policy', '{}');
    for (let i = 0; i < 100; i++) await put(bucket, `key-${i}`, '');
    const object = { ...bucket.find('key-0')! };
    for (let i = 0; i < 25; i++) {
      await bucket.commit(
        Array.from({ length: 1000 }, (_, n) => ({
          op: 'put' as const,
          object: { ...object, lastModifiedMs: i * 1000 + n },
        })),
      );
    }
    await bucket.close();
    const lines = readFileSync(join(root, 'buckets', 'b', 'journal'), 'utf8').split('\n').length;
    expect(lines).toBeLessThan(10_000);
    await crash();
    const again = buckets.get('b');
    expect(again.entries.size).toBe(100);
    expect(again.find('key-0')?.lastModifiedMs).toBe(24_999);
    expect(again.config('policy')).toBe('{}');
  });
});

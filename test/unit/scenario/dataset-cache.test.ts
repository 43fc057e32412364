/** Caches of datasets are verified before use, and made again when a byte has changed. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSource } from '../../../harness/document/source.ts';
import { partitionFormats } from '../../../harness/packs/redshift/data/dataset.ts';
import { partitionsDataset } from '../../../harness/packs/redshift/datasets/kind.ts';
import { CachedDigests } from '../../../harness/scenario/dataset/cached-digests.ts';
import type { DatasetKind } from '../../../harness/scenario/dataset/dataset-kind.ts';
import {
  openSealed,
  SEAL,
  sealFolder,
  sha256OfFile,
} from '../../../harness/scenario/dataset/sealed-folder.ts';
import { csvDataset, jsonlDataset } from '../../../harness/scenario/dataset/table.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dataset-cache-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const table = { to: 's3://data/t', rows: 50, columns: { id: 'sequence(1)', n: 'integer(1, 9)' } };
const CASES: [string, DatasetKind, Record<string, unknown>][] = [
  ['csv', csvDataset, { csv: table }],
  ['jsonl', jsonlDataset, { jsonl: table }],
  ...partitionFormats.map((format): [string, DatasetKind, Record<string, unknown>] => [
    format,
    partitionsDataset,
    { generate: { format, samples: 8, count: 2 }, damage: [] },
  ]),
];

async function prepare(kind: DatasetKind, spec: Record<string, unknown>, name: string) {
  const plan = kind.plan(spec, { folder, source: parseSource('s.yaml', 'name: s'), seed: 7 });
  const located = await plan.locate(undefined);
  return located.prepare({
    cacheFolder: join(folder, name),
    damagedFolder: join(folder, 'damaged'),
    signal: new AbortController().signal,
    onProgress() {},
  });
}

/** Changes one byte and nothing else. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file, bytes);
}

describe('a cached dataset', () => {
  it.each(CASES)('is made again after a changed byte: %s', async (name, kind, spec) => {
    const files = await prepare(kind, spec, name);
    const contents = files.map(({ path }) => readFileSync(path));
    const { path } = files.at(-1)!;
    damage(path);
    const again = await prepare(kind, spec, name);
    expect(again.map((one) => readFileSync(one.path))).toEqual(contents);
    expect(again.map(({ sha256 }) => sha256)).toEqual(files.map(({ sha256 }) => sha256));
    // Of the seal too: what it says of the files is used.
    const [cache] = readdirSync(join(folder, name));
    damage(join(folder, name, cache!, SEAL));
    const third = await prepare(kind, spec, name);
    expect(third.map(({ members, sizeBytes }) => [members, sizeBytes])).toEqual(
      files.map(({ members, sizeBytes }) => [members, sizeBytes]),
    );
  });

  it('forgets digests that a changed byte has spoiled, or that are about other contents', async () => {
    const known = { etag: 'a'.repeat(32), checksumCRC32: 'AAAAAA==' };
    const digests = new CachedDigests(folder, 'contents');
    digests.remember('1.pt', known);
    await digests.save();
    expect(new CachedDigests(folder, 'contents').digestsOf('1.pt')).toEqual(known);
    expect(new CachedDigests(folder, 'other contents').digestsOf('1.pt')).toBeUndefined();
    const file = join(folder, 'digests.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('aaaa', 'aaab'));
    expect(new CachedDigests(folder, 'contents').digestsOf('1.pt')).toBeUndefined();
  });

  it('does not open a folder whose seal names a file outside of it', async () => {
    const place = mkdtempSync(join(folder, 'sealed-'));
    writeFileSync(join(place, 'a'), 'a');
    await sealFolder(place, [{ name: 'a' }]);
    expect(await openSealed(place)).toMatchObject([{ name: 'a', sizeBytes: 1 }]);
    const text = readFileSync(join(place, SEAL), 'utf8');
    writeFileSync(join(place, SEAL), text.replace('"a"', '"../a"'));
    expect(await openSealed(place)).toBeUndefined();
  });
});

describe('the digest of a file', () => {
  it.each([0, 3, 8 * 1024 * 1024 + 5])('is that of all its %d bytes', async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const file = join(folder, `${sizeBytes}.bin`);
    writeFileSync(file, bytes);
    expect(await sha256OfFile(file)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('is computed again though size and time of the last write are the same', async () => {
    const file = join(folder, 'same-times.bin');
    writeFileSync(file, 'abc');
    // The clock of the file system ticks every 10 ms at most.
    await sleep(50);
    const before = await sha256OfFile(file);
    const { atime, mtime } = statSync(file);
    damage(file);
    utimesSync(file, atime, mtime);
    expect(await sha256OfFile(file)).not.toBe(before);
  });

  it('is not remembered of a file that has just been written', async () => {
    const file = join(folder, 'just-written.bin');
    const digests = new Set<string>();
    for (let content = 100; content < 200; content++) {
      writeFileSync(file, String(content));
      digests.add(await sha256OfFile(file));
    }
    expect(digests.size).toBe(100);
  });

  it.each([3, 8 * 1024 * 1024])('names a file of %d bytes that cannot be read', async (sizeBytes) => {
    const file = join(folder, `gone-${sizeBytes}.bin`);
    writeFileSync(file, new Uint8Array(sizeBytes));
    const digest = sha256OfFile(file);
    rmSync(file);
    const outcome = await digest.catch((error: Error) => error);
    // Either it was opened in time or the error names it.
    if (outcome instanceof Error) expect(outcome.message).toContain(file);
    await expect(sha256OfFile(file)).rejects.toThrow(file);
  });
});

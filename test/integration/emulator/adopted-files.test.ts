/** A file taken as it is becomes the very object that PutObject makes of it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { CachedDigests } from '../../../harness/scenario/dataset/cached-digests.ts';
import { uploadFiles } from '../../../harness/scenario/dataset/upload.ts';

let folder: string;
let emulator: Emulator;
let clients: AwsClients;
let s3: S3Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'adopted-'));
  emulator = await startEmulator({ port: 0 });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  s3 = clients.s3;
  await s3.send(new CreateBucketCommand({ Bucket: 'adopted' }));
});
afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function described(key: string) {
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'adopted', Key: key, ChecksumMode: 'ENABLED' }));
  const { $metadata: _, LastModified: __, ...rest } = head;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'adopted', Key: key }));
  const bytes = await Body!.transformToByteArray();
  return { ...rest, content: createHash('sha256').update(bytes).digest('hex') };
}

describe('adopted files', () => {
  it.each([
    ['small', 12],
    ['large', 6_000_000],
    ['empty', 0],
  ])('%s: head, bytes and checksum are those of PutObject', async (name, sizeBytes) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc(sizeBytes, name));
    const put = await s3.send(
      new PutObjectCommand({
        Bucket: 'adopted',
        Key: `put/${name}`,
        Body: readFileSync(path),
        ContentType: 'application/octet-stream',
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const etag = put.ETag!.replaceAll('"', '');
    await emulator.s3.adoptFile('adopted', `taken/${name}`, {
      path,
      sizeBytes,
      etag,
      checksumCRC32: put.ChecksumCRC32!,
    });
    expect(await described(`taken/${name}`)).toEqual(await described(`put/${name}`));
  });

  it('the file outlives its object, and is not written when the object is', async () => {
    const path = join(folder, 'kept');
    writeFileSync(path, 'first');
    const file = { path, sizeBytes: 5, etag: '8b04d5e3775d298e78455efc5ca404d5', checksumCRC32: 'AAAAAA==' };
    await emulator.s3.adoptFile('adopted', 'kept', file);
    await s3.send(new PutObjectCommand({ Bucket: 'adopted', Key: 'kept', Body: 'second' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'adopted', Key: 'kept' }));
    expect(readFileSync(path, 'utf8')).toBe('first');
  });

  it('a second upload of a cached dataset sends nothing', async () => {
    const cache = join(folder, 'dataset');
    rmSync(cache, { recursive: true, force: true });
    const files = (digests: CachedDigests) =>
      ['1.pt', '2.pt'].map((name) => {
        const path = join(folder, name);
        writeFileSync(path, `partition ${name}`);
        return { path, name, sizeBytes: statSync(path).size, cached: digests };
      });
    const options = { bucket: 'adopted', signal: new AbortController().signal, onProgress() {} };
    const adopted: string[] = [];
    const adopt = async (bucket: string, key: string, file: Parameters<typeof emulator.s3.adoptFile>[2]) => {
      adopted.push(key);
      await emulator.s3.adoptFile(bucket, key, file);
    };
    const upload = (prefix: string) =>
      uploadFiles(s3, files(new CachedDigests(folder, 'content')), { ...options, prefix, adopt });
    expect(await upload('one/')).toEqual(['one/1.pt', 'one/2.pt']);
    expect(adopted).toEqual([]);
    await upload('two/');
    expect(adopted.sort()).toEqual(['two/1.pt', 'two/2.pt']);
    expect(await described('two/1.pt')).toEqual(await described('one/1.pt'));
  });
});

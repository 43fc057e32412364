import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'multipart';
const PART = 5 * 1024 * 1024;

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

async function begin(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId: UploadId! };
}

async function upload(
  target: { Bucket: string; Key: string; UploadId: string },
  PartNumber: number,
  Body: Buffer,
  more = {},
) {
  const answer = await s3.send(new UploadPartCommand({ ...target, PartNumber, Body, ...more }));
  const { ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC32C } = answer;
  return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC32C };
}

const complete = (target: { Bucket: string; Key: string; UploadId: string }, Parts: object[], more = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more }));

describe('multipart uploads', () => {
  it('make one object of their parts, in order, with AWS’s ETag', async () => {
    const parts = [randomBytes(PART), randomBytes(PART + 17), randomBytes(1000)];
    const target = await begin('three-parts', { ContentType: 'text/x-parts', Metadata: { a: 'b' } });
    const third = await upload(target, 3, parts[2]!);
    const first = await upload(target, 1, parts[0]!);
    const second = await upload(target, 2, parts[1]!);
    const { ETag, Location } = await complete(target, [first, second, third]);
    const expected = createHash('md5')
      .update(Buffer.concat(parts.map(md5)))
      .digest('hex');
    expect(ETag).toBe(`"${expected}-3"`);
    expect(Location).toBe(`${server.endpoint}/multipart/three-parts`);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'three-parts' }));
    const whole = Buffer.concat(parts);
    expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(whole)).toBe(true);
    expect(answer).toMatchObject({ ContentType: 'text/x-parts', Metadata: { a: 'b' } });
    // A range across the boundary of two parts.
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'three-parts', Range: `bytes=${PART - 5}-${PART + 4}` }),
    );
    expect(
      Buffer.from(await across.Body!.transformToByteArray()).equals(whole.subarray(PART - 5, PART + 5)),
    ).toBe(true);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'three-parts', PartNumber: 2 }));
    expect(part).toMatchObject({
      PartsCount: 3,
      ContentLength: PART + 17,
      ContentRange: `bytes ${PART}-${2 * PART + 16}/${whole.length}`,
    });
    expect(Buffer.from(await part.Body!.transformToByteArray()).equals(parts[1]!)).toBe(true);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket, Key: 'three-parts', PartNumber: 4 })),
    ).rejects.toMatchObject({
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('have composite checksums by default and full-object ones when asked', async () => {
    const parts = [randomBytes(PART), randomBytes(10)];
    const composite = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
    const named = [
      await upload(composite, 1, parts[0]!, { ChecksumAlgorithm: 'SHA256' }),
      await upload(composite, 2, parts[1]!, { ChecksumAlgorithm: 'SHA256' }),
    ];
    const done = await complete(composite, named);
    const sums = parts.map((part) => createHash('sha256').update(part).digest());
    expect(done.ChecksumSHA256).toBe(
      `${createHash('sha256').update(Buffer.concat(sums)).digest('base64')}-2`,
    );
    expect(done.ChecksumType).toBe('COMPOSITE');
    const attributes = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'composite',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'],
      }),
    );
    expect(attributes).toMatchObject({
      ObjectSize: PART + 10,
      StorageClass: 'STANDARD',
      // The count of parts is told of elsewhere, and not appended here.
      Checksum: { ChecksumSHA256: done.ChecksumSHA256!.replace('-2', ''), ChecksumType: 'COMPOSITE' },
      ObjectParts: {
        TotalPartsCount: 2,
        Parts: [
          { PartNumber: 1, Size: PART },
          { PartNumber: 2, Size: 10 },
        ],
      },
    });

    const whole = Buffer.concat(parts);
    for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
      await s3.send(
        new PutObjectCommand({ Bucket, Key: 'single', Body: whole, ChecksumAlgorithm: algorithm }),
      );
      const single = await s3.send(new HeadObjectCommand({ Bucket, Key: 'single', ChecksumMode: 'ENABLED' }));
      const target = await begin('full', { ChecksumAlgorithm: algorithm, ChecksumType: 'FULL_OBJECT' });
      const pieces = [
        await upload(target, 1, parts[0]!, { ChecksumAlgorithm: algorithm }),
        await upload(target, 2, parts[1]!, { ChecksumAlgorithm: algorithm }),
      ].map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      const full = await complete(target, pieces, { ChecksumType: 'FULL_OBJECT' });
      expect(full.ChecksumType).toBe('FULL_OBJECT');
      expect(full[`Checksum${algorithm}`]).toBe(single[`Checksum${algorithm}`]);
    }
  });

  it('copy parts out of other objects', async () => {
    const source = randomBytes(2 * PART);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: source }));
    const target = await begin('from-copies');
    const copy = async (PartNumber: number, CopySourceRange: string) => {
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({ ...target, PartNumber, CopySource: `${Bucket}/source`, CopySourceRange }),
      );
      return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 };
    };
    const parts = [await copy(1, `bytes=0-${PART - 1}`), await copy(2, `bytes=${PART}-${PART + 99}`)];
    await complete(target, parts);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'from-copies' }));
    expect(
      Buffer.from(await answer.Body!.transformToByteArray()).equals(source.subarray(0, PART + 100)),
    ).toBe(true);
    await expect(copy(3, `bytes=0-${3 * PART}`)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuse what AWS refuses', async () => {
    const target = await begin('strict', { ChecksumAlgorithm: 'CRC32' });
    const small = await upload(target, 1, randomBytes(100));
    const last = await upload(target, 2, randomBytes(100));
    await expect(complete(target, [small, last])).rejects.toMatchObject({
      name: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
      ProposedSize: '100',
      MinSizeAllowed: '5242880',
      PartNumber: '1',
    });
    await expect(complete(target, [last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(target, [{ ...small, ETag: '"wrong"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete(target, [])).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(complete({ ...target, UploadId: 'nope' }, [small])).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await expect(upload(target, 10_001, randomBytes(1))).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(upload(target, 3, randomBytes(1), { ChecksumAlgorithm: 'SHA1' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const { Parts } = await s3.send(new ListPartsCommand(target));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 100],
      [2, 100],
    ]);
    await s3.send(new AbortMultipartUploadCommand(target));
    await expect(s3.send(new ListPartsCommand(target))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('are listed and survive a restart', async () => {
    const target = await begin('resumed');
    const first = await upload(target, 1, randomBytes(PART));
    server = await server.restart();
    s3 = server.client();
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'resu' }));
    expect(Uploads?.map(({ UploadId }) => UploadId)).toEqual([target.UploadId]);
    const second = await upload(target, 2, Buffer.from('end'));
    await complete(target, [first, second]);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'resumed' }))).ContentLength).toBe(PART + 3);
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).not.toContainEqual(
      expect.objectContaining({ Key: 'resumed' }),
    );
  });
});

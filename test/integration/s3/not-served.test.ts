/** Operations that are not served must not be taken for others: most would overwrite or delete what they name. */
import {
  CreateBucketCommand,
  CreateSessionCommand,
  DeleteObjectAnnotationCommand,
  GetBucketAbacCommand,
  GetBucketMetadataTableConfigurationCommand,
  GetObjectAnnotationCommand,
  GetObjectCommand,
  GetObjectTorrentCommand,
  ListBucketsCommand,
  ListObjectAnnotationsCommand,
  PutBucketAbacCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  RenameObjectCommand,
  type S3Client,
  SelectObjectContentCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'kept';
const Key = 'object';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'as it was' }));
});
afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

it.each([
  new PutObjectAnnotationCommand({ Bucket, Key, AnnotationName: 'a', AnnotationPayload: 'text' }),
  new GetObjectAnnotationCommand({ Bucket, Key, AnnotationName: 'a' }),
  new ListObjectAnnotationsCommand({ Bucket, Key }),
  new DeleteObjectAnnotationCommand({ Bucket, Key, AnnotationName: 'a' }),
  new RenameObjectCommand({ Bucket, Key, RenameSource: `${Bucket}/${Key}` }),
  new UpdateObjectEncryptionCommand({
    Bucket,
    Key,
    ObjectEncryption: { SSEKMS: { KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1' } },
  }),
  new GetObjectTorrentCommand({ Bucket, Key }),
  new SelectObjectContentCommand({
    Bucket,
    Key,
    Expression: 'select *',
    ExpressionType: 'SQL',
    InputSerialization: { CSV: {} },
    OutputSerialization: { CSV: {} },
  }),
  new GetBucketAbacCommand({ Bucket: 'new-one' }),
  new PutBucketAbacCommand({ Bucket: 'new-one', AbacStatus: { Status: 'Enabled' } }),
  new GetBucketMetadataTableConfigurationCommand({ Bucket }),
  new CreateSessionCommand({ Bucket }),
])('$constructor.name is refused and changes nothing', async (command) => {
  await expect(s3.send(command as never)).rejects.toMatchObject({
    name: 'NotImplemented',
    $metadata: { httpStatusCode: 501 },
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body!.transformToString()).toBe('as it was');
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
});

import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvokeRequest } from '../../../harness/emulator/services/ports.ts';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'configured';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

describe('bucket configuration', () => {
  it('keeps and returns CORS, lifecycle and policy', async () => {
    await expect(s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchCORSConfiguration',
      message: 'The CORS configuration does not exist',
    });
    const CORSRules = [
      { AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['https://*.example'], MaxAgeSeconds: 10 },
    ];
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const Rules = [
      { ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } },
    ];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: `arn:aws:s3:::${Bucket}` },
      ],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    server = await server.restart();
    s3 = server.client();
    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
    expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    await s3.send(new DeleteBucketCorsCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
    await expect(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '[1' }))).rejects.toMatchObject({
      name: 'MalformedPolicy',
    });
  });

  it('has AWS’s defaults', async () => {
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    const ownership = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const access = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(access.PublicAccessBlockConfiguration).toMatchObject({
      BlockPublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([
      { Grantee: { Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
    ]);
  });

  it('keeps tags of buckets and objects', async () => {
    await expect(s3.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchTagSet',
    });
    const TagSet = [{ Key: 'team', Value: 'astro mae' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: '', Tagging: 'a=1&b=x%20y' }));
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x y' },
    ]);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'tagged' }))).TagCount).toBe(2);
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect(await tags()).toEqual([]);
    const many = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await expect(
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet: many } })),
    ).rejects.toMatchObject({ name: 'BadRequest', message: 'Object tags cannot be greater than 10' });
  });

  it('takes no ACL while it owns its objects, and some once it does not', async () => {
    const refused = { name: 'AccessControlListNotSupported', message: 'The bucket does not allow ACLs' };
    const publicRead = { Bucket, Key: 'acl', Body: '', ACL: 'public-read' as const };
    await expect(s3.send(new PutObjectCommand(publicRead))).rejects.toMatchObject(refused);
    await expect(s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))).rejects.toMatchObject(
      refused,
    );
    await s3.send(new PutObjectCommand({ ...publicRead, ACL: 'bucket-owner-full-control' }));
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    await expect(s3.send(new PutObjectCommand(publicRead))).rejects.toMatchObject({ name: 'AccessDenied' });
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3.send(new PutObjectCommand(publicRead));
    const ofObject = await s3.send(new GetObjectAclCommand({ Bucket, Key: 'acl' }));
    expect(ofObject.Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'READ']);
    await s3.send(new PutObjectAclCommand({ Bucket, Key: 'acl', ACL: 'private' }));
    expect((await s3.send(new GetObjectAclCommand({ Bucket, Key: 'acl' }))).Grants).toHaveLength(1);
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'READ']);
  });

  it('is refused to whoever takes it for another account’s', async () => {
    const wrong = new GetBucketAclCommand({ Bucket, ExpectedBucketOwner: '111111111111' });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'AccessDenied' });
    await s3.send(new GetBucketAclCommand({ Bucket, ExpectedBucketOwner: '000000000000' }));
  });

  it('tells functions of the events they asked for', async () => {
    const invoked: InvokeRequest[] = [];
    server.service.connectFunctions({
      async invoke(request) {
        if (request.functionName.endsWith('absent')) throw new Error('no such function');
        if (request.invocationType === 'Event') invoked.push(request);
        return { statusCode: 202, payload: '', executedVersion: '$LATEST', requestId: '' };
      },
    });
    const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    const configure = (name: string) =>
      s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [
              {
                Id: 'results',
                LambdaFunctionArn: arn(name),
                Events: ['s3:ObjectCreated:*'],
                Filter: {
                  Key: {
                    FilterRules: [
                      { Name: 'prefix', Value: 'result/' },
                      { Name: 'suffix', Value: '.json' },
                    ],
                  },
                },
              },
            ],
          },
        }),
      );
    await expect(configure('absent')).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Unable to validate the following destination configurations',
    });
    await configure('summarize');
    const kept = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(kept.LambdaFunctionConfigurations).toMatchObject([
      { Id: 'results', LambdaFunctionArn: arn('summarize') },
    ]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'result/a b.json', Body: 'body' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'result/a.txt', Body: 'body' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'other/a.json', Body: 'body' }));
    expect(invoked).toHaveLength(1);
    expect(invoked[0]).toMatchObject({ functionName: arn('summarize'), invocationType: 'Event' });
    expect(JSON.parse(invoked[0]!.payload).Records[0]).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: {
        configurationId: 'results',
        bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
        object: { key: 'result/a+b.json', size: 4, eTag: '841a2d689ad86bd1611447453c22c6fc' },
      },
    });
  });
});

/** Bucket policies, access control lists and Block Public Access, enforced beside the policies of roles. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
/** The account itself, and a role that its own policies allow nothing but reading `own/`. */
let owner: S3Client;
let role: S3Client;
const Bucket = 'guarded';
const ARN = `arn:aws:s3:::${Bucket}`;
const ROLE = 'arn:aws:iam::000000000000:role/reader';
const SESSION = 'arn:aws:sts::000000000000:assumed-role/reader/test';
const logged: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    port: 0,
    iam: { enforcement: 'enforce' },
    log: (line) => logged.push(line),
  });
  const credentials = emulator.iam.rootKey();
  const common = { endpoint: emulator.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  owner = new S3Client({ ...common, forcePathStyle: true });
  const iam = new IAMClient(common);
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const own = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/own/*` };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'reader',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [own] }),
    }),
  );
  const sts = new STSClient(common);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
  role = new S3Client({
    ...common,
    forcePathStyle: true,
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  });
  for (const client of [iam, sts]) client.destroy();
  await owner.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['own/a', 'public/a', 'secret/a', 'a']) {
    await owner.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  }
  await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
});

afterAll(async () => {
  owner.destroy();
  role.destroy();
  await emulator.stop();
});

const put = (...Statement: object[]) =>
  owner.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );

const get = (client: S3Client, Key: string) =>
  client.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body!.transformToString());

const anonymous = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${emulator.endpoint}/${path}`, init);
  return [response.status, await response.text()] as const;
};

const denied = (message: string) => ({ name: 'AccessDenied', message });

describe('a bucket policy', () => {
  it('gives a role what its own policies do not', async () => {
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await get(role, 'own/a')).toBe('own/a');
    await expect(get(role, 'public/a')).rejects.toMatchObject(
      denied(
        `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "${ARN}/public/a" because no identity-based policy allows the s3:GetObject action`,
      ),
    );
    await put({
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: 's3:GetObject',
      Resource: `${ARN}/public/*`,
    });
    expect(await get(role, 'public/a')).toBe('public/a');
    await expect(get(role, 'secret/a')).rejects.toMatchObject({ name: 'AccessDenied' });
    // A copy reads its source by the same right, and needs another one to write.
    await expect(
      role.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/public/a` })),
    ).rejects.toMatchObject({ message: expect.stringContaining('s3:PutObject') });
  });

  it('that names the account leaves it to the role’s own policies', async () => {
    await put({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Action: 's3:GetObject',
      Resource: `${ARN}/*`,
    });
    await expect(get(role, 'public/a')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('denies whatever else allows, the account too, which still reaches the policy', async () => {
    await put(
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${ARN}/*` },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:GetObject', 's3:*BucketPolicy'],
        Resource: [ARN, `${ARN}/own/*`],
      },
    );
    const explicit = (arn: string) =>
      denied(
        `User: ${arn} is not authorized to perform: s3:GetObject on resource: "${ARN}/own/a" with an explicit deny in a resource-based policy`,
      );
    await expect(get(role, 'own/a')).rejects.toMatchObject(explicit(SESSION));
    await expect(get(owner, 'own/a')).rejects.toMatchObject(explicit('arn:aws:iam::000000000000:root'));
    expect((await anonymous(`${Bucket}/own/a`))[0]).toBe(403);
    await owner.send(new GetBucketPolicyCommand({ Bucket }));
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await get(owner, 'own/a')).toBe('own/a');
  });

  it('obeys conditions: prefix, transport, headers', async () => {
    await put(
      {
        Effect: 'Allow',
        Principal: { AWS: ROLE },
        Action: 's3:ListBucket',
        Resource: ARN,
        Condition: { StringLike: { 's3:prefix': ['public/*'] } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [ARN, `${ARN}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `${ARN}/*`,
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      },
    );
    const list = (Prefix: string) => role.send(new ListObjectsV2Command({ Bucket, Prefix }));
    expect((await list('public/')).KeyCount).toBe(1);
    await expect(list('secret/')).rejects.toMatchObject({ name: 'AccessDenied' });
    const write = { Bucket, Key: 'sse', Body: '' };
    await expect(owner.send(new PutObjectCommand(write))).rejects.toMatchObject({ name: 'AccessDenied' });
    await owner.send(new PutObjectCommand({ ...write, ServerSideEncryption: 'AES256' }));
  });

  it('may ask for the tags an object has, and hides what has others', async () => {
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    for (const [key, tags] of [
      ['tagged/a', 'team=sky&x=1'],
      ['tagged/b', 'team=sea'],
      ['tagged/c', undefined],
    ] as const) {
      const given = tags === undefined ? {} : { Tagging: tags };
      await owner.send(new PutObjectCommand({ Bucket, Key: key, Body: key, ...given }));
    }
    await put({
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: 's3:GetObject',
      Resource: `${ARN}/tagged/*`,
      Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'sky' } },
    });
    expect(await get(role, 'tagged/a')).toBe('tagged/a');
    for (const key of ['tagged/b', 'tagged/c'])
      await expect(get(role, key)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is asked for each key of DeleteObjects', async () => {
    await put({
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: 's3:DeleteObject',
      Resource: `${ARN}/doomed/*`,
    });
    for (const Key of ['doomed/a', 'kept/a']) {
      await owner.send(new PutObjectCommand({ Bucket, Key, Body: '', ServerSideEncryption: 'AES256' }));
    }
    const Objects = [{ Key: 'doomed/a' }, { Key: 'kept/a' }];
    const { Deleted, Errors } = await role.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: 'doomed/a' }]);
    expect(Errors).toMatchObject([{ Key: 'kept/a', Code: 'AccessDenied' }]);
  });

  it('is refused when it is none', async () => {
    const refused: [string, string][] = [
      ['', "Policies must be valid JSON and the first byte must be '{'"],
      ['not json', "Policies must be valid JSON and the first byte must be '{'"],
      ['{}', 'Missing required field Statement'],
      [
        JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: ARN }] }),
        'Missing required field Principal',
      ],
      [
        JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::other' }],
        }),
        'Policy has invalid resource',
      ],
      [
        JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ec2:Run', Resource: ARN }],
        }),
        'Policy has invalid action',
      ],
    ];
    for (const [Policy, message] of refused) {
      await expect(owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({
        name: 'MalformedPolicy',
        message,
      });
    }
  });
});

describe('anonymous requests', () => {
  const forAll = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${ARN}/public/*` };

  it('get what a policy gives to everybody', async () => {
    await put(forAll);
    expect(await anonymous(`${Bucket}/public/a`)).toEqual([200, 'public/a']);
    const [status, text] = await anonymous(`${Bucket}/secret/a`);
    expect([status, /<Message>(.*?)</.exec(text)?.[1]]).toEqual([403, 'Access Denied']);
    expect((await anonymous(`${Bucket}/public/a`, { method: 'PUT', body: 'x' }))[0]).toBe(403);
    expect((await anonymous(Bucket))[0]).toBe(403);
    expect((await anonymous('absent-bucket/a'))[0]).toBe(404);
  });

  it('get nothing where public access is blocked', async () => {
    const name = 'blocked';
    await owner.send(new CreateBucketCommand({ Bucket: name }));
    const Policy = JSON.stringify({ Statement: [{ ...forAll, Resource: `arn:aws:s3:::${name}/*` }] });
    await expect(owner.send(new PutBucketPolicyCommand({ Bucket: name, Policy }))).rejects.toMatchObject({
      message: expect.stringContaining('BlockPublicPolicy'),
    });
  });

  it('get what an object’s list gives to everybody', async () => {
    await owner.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
    await owner.send(new PutObjectCommand({ Bucket, Key: 'listed', Body: 'x', ACL: 'public-read' }));
    expect(await anonymous(`${Bucket}/listed`)).toEqual([200, 'x']);
    expect((await anonymous(`${Bucket}/a`))[0]).toBe(403);
  });
});

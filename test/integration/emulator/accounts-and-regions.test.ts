/** The region of the signature and the account of the access key decide where a resource lives, as on AWS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const OTHER = '111122223333';
let folder: string;
let emulator: Emulator;
const open: { destroy(): void }[] = [];

const start = () =>
  startEmulator({
    port: 0,
    stateDir: folder,
    durability: 'kernel',
    region: 'eu-west-1',
    accountId: '999988887777',
  });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-accounts-'));
  emulator = await start();
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

function clientsOf(region: string, accessKeyId = 'test') {
  const config = {
    endpoint: emulator.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const clients = {
    sfn: new SFNClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
    iam: new IAMClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  };
  open.push(...Object.values(clients));
  return clients;
}

const machineIn = async ({ sfn }: ReturnType<typeof clientsOf>, accountId: string, name: string) => {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: `arn:aws:iam::${accountId}:role/r`,
      definition: JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
    }),
  );
  return stateMachineArn;
};
const namesIn = async ({ sfn }: ReturnType<typeof clientsOf>) =>
  (await sfn.send(new ListStateMachinesCommand({}))).stateMachines!.map(({ name }) => name);

describe('accounts and regions', () => {
  it('are the ones the emulator was started with, by default', async () => {
    expect(await machineIn(clientsOf('eu-west-1'), '999988887777', 'home')).toBe(
      'arn:aws:states:eu-west-1:999988887777:stateMachine:home',
    );
    expect((await clientsOf('eu-west-1').sts.send(new GetCallerIdentityCommand({}))).Account).toBe(
      '999988887777',
    );
  });

  it('keep resources of one region from the others', async () => {
    const tokyo = clientsOf('ap-northeast-1');
    expect(await machineIn(tokyo, '999988887777', 'tokyo')).toBe(
      'arn:aws:states:ap-northeast-1:999988887777:stateMachine:tokyo',
    );
    expect(await namesIn(tokyo)).toEqual(['tokyo']);
    expect(await namesIn(clientsOf('eu-west-1'))).toEqual(['home']);
    await tokyo.logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
    expect((await clientsOf('eu-west-1').logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  });

  it('keep resources of one account from the others; an access key of twelve digits names its account', async () => {
    const other = clientsOf('eu-west-1', OTHER);
    expect((await other.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(OTHER);
    expect(await machineIn(other, OTHER, 'other')).toBe(
      `arn:aws:states:eu-west-1:${OTHER}:stateMachine:other`,
    );
    expect(await namesIn(clientsOf('eu-west-1'))).toEqual(['home']);
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await other.iam.send(new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: trust }));
    const rolesOf = async ({ iam }: ReturnType<typeof clientsOf>) =>
      (await iam.send(new ListRolesCommand({}))).Roles!.map(({ RoleName }) => RoleName);
    expect(await rolesOf(other)).toEqual(['theirs']);
    // IAM is one for all regions of an account.
    expect(await rolesOf(clientsOf('us-west-2', OTHER))).toEqual(['theirs']);
    expect(await rolesOf(clientsOf('eu-west-1'))).toEqual([]);
  });

  it('share the names of buckets', async () => {
    const { s3 } = clientsOf('eu-west-1');
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'ours',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    await expect(
      clientsOf('us-east-1', OTHER).s3.send(new CreateBucketCommand({ Bucket: 'ours' })),
    ).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
    expect((await s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name)).toContain('ours');
    expect((await clientsOf('us-east-1', OTHER).s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  });

  it('survive a restart', async () => {
    await emulator.stop();
    emulator = await start();
    expect(await namesIn(clientsOf('ap-northeast-1'))).toEqual(['tokyo']);
    expect(await namesIn(clientsOf('eu-west-1', OTHER))).toEqual(['other']);
    expect(await namesIn(clientsOf('eu-west-1'))).toEqual(['home']);
  });

  it('take a client whose region is none to the default region', async () => {
    expect(await namesIn(clientsOf('local'))).toEqual(['home']);
  });
});

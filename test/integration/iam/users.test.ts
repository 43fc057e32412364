/** Users with access keys, sessions that are narrowed, signatures of all services: enforced as on AWS. */
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListEntitiesForPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

let emulator: Emulator;
const open: { destroy(): void }[] = [];

function clientsOf(credentials: Keys) {
  const config = { endpoint: emulator.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const clients = {
    iam: new IAMClient(config),
    sts: new STSClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(config),
    cloudWatch: new CloudWatchClient(config),
    lambda: new LambdaClient(config),
    sfn: new SFNClient(config),
  };
  open.push(...Object.values(clients));
  return clients;
}

type Clients = ReturnType<typeof clientsOf>;
let account: Clients;
let alice: Clients;
let aliceKey: Keys;

const allow = (Action: string | string[], Resource: string, more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] });

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' }, verifySignatures: true });
  account = clientsOf(emulator.iam.rootKey());
  await account.s3.send(new CreateBucketCommand({ Bucket: 'users' }));
  await account.iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/team/' }));
  const { AccessKey } = await account.iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
  aliceKey = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  alice = clientsOf(aliceKey);
});

afterAll(async () => {
  for (const client of open) client.destroy();
  await emulator.stop();
});

const ALICE = 'arn:aws:iam::000000000000:user/team/alice';

describe('a user', () => {
  it('is who the key says, and may do nothing at first', async () => {
    expect(aliceKey.accessKeyId).toMatch(/^AKIA/);
    expect((await alice.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(ALICE);
    await expect(
      alice.s3.send(new PutObjectCommand({ Bucket: 'users', Key: 'a', Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${ALICE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::users/a" because no identity-based policy allows the s3:PutObject action`,
    });
    await expect(alice.lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${ALICE} is not authorized to perform: lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action`,
    });
    await expect(
      alice.cloudWatch.send(
        new PutMetricDataCommand({ Namespace: 'A', MetricData: [{ MetricName: 'm', Value: 1 }] }),
      ),
    ).rejects.toMatchObject({
      message: /not authorized to perform: cloudwatch:PutMetricData on resource: \*/,
    });
    await expect(alice.iam.send(new GetUserCommand({}))).rejects.toMatchObject({
      message: new RegExp(`iam:GetUser on resource: ${ALICE} because`),
    });
  });

  it('may do what inline and attached policies allow, with variables and conditions', async () => {
    await account.iam.send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'own',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        PolicyDocument: allow(['s3:PutObject', 's3:GetObject'], 'arn:aws:s3:::users/${aws:username}/*'),
      }),
    );
    const { Policy } = await account.iam.send(
      new CreatePolicyCommand({
        PolicyName: 'metrics',
        PolicyDocument: allow('cloudwatch:PutMetricData', '*', {
          Condition: { StringEquals: { 'cloudwatch:namespace': 'Allowed' } },
        }),
      }),
    );
    await account.iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: Policy!.Arn! }));
    await alice.s3.send(new PutObjectCommand({ Bucket: 'users', Key: 'alice/a', Body: 'x' }));
    await expect(
      alice.s3.send(new PutObjectCommand({ Bucket: 'users', Key: 'bob/a', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    const put = (Namespace: string) =>
      alice.cloudWatch.send(
        new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] }),
      );
    await put('Allowed');
    await expect(put('Other')).rejects.toThrow(/cloudwatch:PutMetricData/);
    const { PolicyUsers } = await account.iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn: Policy!.Arn! }),
    );
    expect(PolicyUsers).toMatchObject([{ UserName: 'alice' }]);
  });

  it('is held by a permissions boundary', async () => {
    const { Policy } = await account.iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: allow('s3:*', '*') }),
    );
    await account.iam.send(new CreateUserCommand({ UserName: 'bounded' }));
    const { AccessKey } = await account.iam.send(new CreateAccessKeyCommand({ UserName: 'bounded' }));
    const bounded = clientsOf({
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
    await account.iam.send(
      new PutUserPolicyCommand({ UserName: 'bounded', PolicyName: 'all', PolicyDocument: allow('*', '*') }),
    );
    await bounded.logs.send(new DescribeLogGroupsCommand({}));
    await account.iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: 'bounded',
        PermissionsBoundary: Policy!.Arn!,
      }),
    );
    await bounded.s3.send(new ListObjectsV2Command({ Bucket: 'users' }));
    await expect(bounded.logs.send(new DescribeLogGroupsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: /because no permissions boundary allows the logs:DescribeLogGroups action/,
    });
  });

  it('takes roles: by its ARN at once, by its account with a policy; sessions are narrowed', async () => {
    const trust = (principal: string, Condition: object = {}) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', Condition }],
      });
    const role = async (RoleName: string, AssumeRolePolicyDocument: string) => {
      await account.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      await account.iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('s3:*', '*') }),
      );
      return `arn:aws:iam::000000000000:role/${RoleName}`;
    };
    const direct = await role('direct', trust(ALICE));
    const byAccount = await role('by-account', trust('arn:aws:iam::000000000000:root'));
    const external = await role('external', trust(ALICE, { StringEquals: { 'sts:ExternalId': 'secret' } }));
    const assume = (RoleArn: string, more: object = {}) =>
      alice.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work', ...more }));
    await assume(direct);
    await expect(assume(byAccount)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${ALICE} is not authorized to perform: sts:AssumeRole on resource: ${byAccount} because no identity-based policy allows the sts:AssumeRole action`,
    });
    await expect(assume(external)).rejects.toMatchObject({ name: 'AccessDenied' });
    await assume(external, { ExternalId: 'secret' });
    await expect(assume(direct, { DurationSeconds: 7200 })).rejects.toThrow(
      /MaxSessionDuration set for this role/,
    );
    const { Credentials } = await assume(direct, {
      Policy: allow('s3:PutObject', 'arn:aws:s3:::users/narrow/*'),
    });
    const session = clientsOf({
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    });
    expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      'arn:aws:sts::000000000000:assumed-role/direct/work',
    );
    await session.s3.send(new PutObjectCommand({ Bucket: 'users', Key: 'narrow/a', Body: 'x' }));
    await expect(session.s3.send(new ListObjectsV2Command({ Bucket: 'users' }))).rejects.toMatchObject({
      message: /because no session policy allows the s3:ListBucket action/,
    });
  });

  it('GetSessionToken gives temporary credentials of the user itself', async () => {
    const { Credentials } = await alice.sts.send(new GetSessionTokenCommand({}));
    const session = clientsOf({
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    });
    await session.s3.send(new PutObjectCommand({ Bucket: 'users', Key: 'alice/b', Body: 'x' }));
  });
});

describe('signatures of every service', () => {
  const calls: [string, (clients: Clients) => Promise<unknown>, string, string, number][] = [
    [
      'sts',
      (c) => c.sts.send(new GetCallerIdentityCommand({})),
      'SignatureDoesNotMatch',
      'InvalidClientTokenId',
      403,
    ],
    ['iam', (c) => c.iam.send(new GetUserCommand({})), 'SignatureDoesNotMatch', 'InvalidClientTokenId', 403],
    [
      'logs',
      (c) => c.logs.send(new DescribeLogGroupsCommand({})),
      'InvalidSignatureException',
      'UnrecognizedClientException',
      400,
    ],
    [
      'states',
      (c) => c.sfn.send(new ListStateMachinesCommand({})),
      'InvalidSignatureException',
      'UnrecognizedClientException',
      400,
    ],
    [
      'lambda',
      (c) => c.lambda.send(new ListFunctionsCommand({ MaxItems: 1 })),
      'InvalidSignatureException',
      'UnrecognizedClientException',
      403,
    ],
  ];

  it.each(calls)('%s', async (_service, call, mismatch, unknown, httpStatusCode) => {
    await call(account);
    await expect(call(clientsOf({ ...emulator.iam.rootKey(), secretAccessKey: 'no' }))).rejects.toMatchObject(
      {
        name: mismatch,
        $metadata: { httpStatusCode },
      },
    );
    await expect(call(clientsOf({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'no' }))).rejects.toMatchObject(
      {
        name: unknown,
        message: 'The security token included in the request is invalid.',
      },
    );
  });

  it('cloudwatch', async () => {
    const call = (c: Clients) =>
      c.cloudWatch.send(
        new PutMetricDataCommand({ Namespace: 'Allowed', MetricData: [{ MetricName: 'm', Value: 1 }] }),
      );
    await call(account);
    await call(alice);
    await expect(call(clientsOf({ ...emulator.iam.rootKey(), secretAccessKey: 'no' }))).rejects.toThrow(
      /signature we calculated does not match/,
    );
  });

  it('tells of a request signed too long ago, and of one not signed at all', async () => {
    const late = new STSClient({
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: emulator.iam.rootKey(),
      systemClockOffset: -20 * 60_000,
      maxAttempts: 1,
    });
    open.push(late);
    await expect(late.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message:
        /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
    });
    const unsigned = await fetch(`${emulator.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`, {
      method: 'POST',
    });
    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
  });

  it('a key that is set inactive opens nothing; a user with keys cannot be deleted', async () => {
    const id = aliceKey.accessKeyId;
    const user = { UserName: 'alice' };
    await account.iam.send(new UpdateAccessKeyCommand({ ...user, AccessKeyId: id, Status: 'Inactive' }));
    await expect(alice.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    const { AccessKeyMetadata } = await account.iam.send(new ListAccessKeysCommand(user));
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: id, Status: 'Inactive' }]);
    await expect(account.iam.send(new DeleteUserCommand(user))).rejects.toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await account.iam.send(
      new DetachUserPolicyCommand({ ...user, PolicyArn: 'arn:aws:iam::000000000000:policy/metrics' }),
    );
    await account.iam.send(new DeleteUserPolicyCommand({ ...user, PolicyName: 'own' }));
    await account.iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId: id }));
    await account.iam.send(new DeleteUserCommand(user));
    await expect(account.iam.send(new GetUserCommand(user))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The user with name alice cannot be found.',
    });
  });
});

/** Requests that would be authorized as one thing and executed as another, under full enforcement. */
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ACCOUNT = 'arn:aws:iam::000000000000';
let emulator: Emulator;
let root: IAMClient;
let mallory: string;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  root = new IAMClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: emulator.iam.rootKey(),
  });
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  for (const UserName of ['mallory', 'admin']) await root.send(new CreateUserCommand({ UserName }));
  await root.send(new CreateGroupCommand({ GroupName: 'own' }));
  await root.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'own' }));
  await root.send(new CreateRoleCommand({ RoleName: 'admin', AssumeRolePolicyDocument: trust }));
  // Mallory may do everything to a group, an instance profile and itself as long as it keeps its name.
  await root.send(
    new PutUserPolicyCommand({
      UserName: 'mallory',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iam:*',
            Resource: [`${ACCOUNT}:group/own`, `${ACCOUNT}:instance-profile/own`],
          },
          { Effect: 'Allow', Action: ['iam:UpdateUser', 'iam:GetUser'], Resource: `${ACCOUNT}:user/mallory` },
        ],
      }),
    }),
  );
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: 'mallory' }));
  mallory = AccessKey!.AccessKeyId!;
});
afterAll(async () => {
  root.destroy();
  await emulator.stop();
});

/** Status and code of a request as a client without checks of its own sends it. */
async function send(accessKeyId: string, members: [string, string][], query = ''): Promise<[number, string]> {
  const response = await fetch(`${emulator.endpoint}/${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00`,
    },
    body: new URLSearchParams([...members, ['Version', '2010-05-08']]),
  });
  const text = await response.text();
  return [response.status, /<Code>(\w+)</.exec(text)?.[1] ?? ''];
}

describe('a user without the right', () => {
  it.each<[string, [string, string][], string?]>([
    [
      'an extra group',
      [
        ['Action', 'AttachUserPolicy'],
        ['UserName', 'mallory'],
        ['PolicyArn', ADMIN],
        ['GroupName', 'own'],
      ],
    ],
    [
      'an extra instance profile',
      [
        ['Action', 'AttachUserPolicy'],
        ['InstanceProfileName', 'own'],
        ['UserName', 'mallory'],
        ['PolicyArn', ADMIN],
      ],
    ],
    [
      'a name sent twice',
      [
        ['Action', 'AttachGroupPolicy'],
        ['GroupName', 'other'],
        ['GroupName', 'own'],
        ['PolicyArn', ADMIN],
      ],
    ],
    [
      'members in query and body',
      [
        ['GroupName', 'own'],
        ['UserName', 'mallory'],
        ['PolicyArn', ADMIN],
      ],
      '?Action=AttachUserPolicy',
    ],
    [
      'another name for itself',
      [
        ['Action', 'UpdateUser'],
        ['UserName', 'mallory'],
        ['NewUserName', 'renamed'],
      ],
    ],
    [
      'another path for itself',
      [
        ['Action', 'UpdateUser'],
        ['UserName', 'mallory'],
        ['NewPath', '/admins/'],
      ],
    ],
    [
      'a role that it may not pass',
      [
        ['Action', 'AddRoleToInstanceProfile'],
        ['InstanceProfileName', 'own'],
        ['RoleName', 'admin'],
      ],
    ],
    [
      'keys of another user',
      [
        ['Action', 'CreateAccessKey'],
        ['UserName', 'admin'],
      ],
    ],
    ['keys of its own', [['Action', 'CreateAccessKey']]],
  ])('gets nothing by %s', async (_, members, query) => {
    expect(await send(mallory, members, query)).toEqual([403, 'AccessDenied']);
    const { AttachedPolicies } = await root.send(
      new ListAttachedUserPoliciesCommand({ UserName: 'mallory' }),
    );
    expect(AttachedPolicies).toEqual([]);
    expect((await root.send(new GetUserCommand({ UserName: 'mallory' }))).User?.Path).toBe('/');
  });

  it('may do what it has the right to', async () => {
    expect(await send(mallory, [['Action', 'GetUser']])).toEqual([200, '']);
  });
});

describe('a caller that IAM does not know', () => {
  it.each([['test'], ['AKIAINVENTEDINVENTED'], ['__proto__'], ['constructor']])(
    '%s is refused',
    async (key) => {
      expect(await send(key, [['Action', 'GetUser']])).toEqual([403, 'InvalidClientTokenId']);
    },
  );

  it('is refused once its key is deactivated or deleted, whatever it was denied before', async () => {
    const act = (Action: string, ...more: [string, string][]) =>
      send(emulator.iam.rootKey().accessKeyId, [['Action', Action], ['UserName', 'admin'], ...more]);
    await root.send(new AttachUserPolicyCommand({ UserName: 'admin', PolicyArn: ADMIN }));
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: 'admin' }));
    const key = AccessKey!.AccessKeyId!;
    const list = () => send(key, [['Action', 'ListUsers']]);
    expect(await list()).toEqual([200, '']);
    await act('UpdateAccessKey', ['AccessKeyId', key], ['Status', 'Inactive']);
    expect(await list()).toEqual([403, 'InvalidClientTokenId']);
    await act('DeleteAccessKey', ['AccessKeyId', key]);
    expect(await list()).toEqual([403, 'InvalidClientTokenId']);
  });

  it('without a signature is told so', async () => {
    const response = await fetch(`${emulator.endpoint}/?Action=ListUsers&Version=2010-05-08`);
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
  });
});

describe('the root key', () => {
  it('outlives a reset', async () => {
    const before = emulator.iam.rootKey();
    await emulator.reset();
    expect(emulator.iam.rootKey()).toEqual(before);
    expect(await send(before.accessKeyId, [['Action', 'ListUsers']])).toEqual([200, '']);
    expect(await send(mallory, [['Action', 'GetUser']])).toEqual([403, 'InvalidClientTokenId']);
  });
});

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: "arn:aws:s3:::sky/It(s)!'*" }],
});
const SECOND = DOCUMENT.replace('s3:Get*', 's3:List*');

let emulator: Emulator;
let iam: IAMClient;
let sts: STSClient;
const clientConfig = () => ({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  iam = new IAMClient(clientConfig());
  sts = new STSClient(clientConfig());
});
afterAll(async () => {
  iam.destroy();
  sts.destroy();
  await emulator.stop();
});

describe('IAM', () => {
  it('keeps roles and returns their documents percent-encoded', async () => {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'reader',
        AssumeRolePolicyDocument: TRUST,
        Description: '<&>',
        Tags: [{ Key: 'a', Value: '1' }],
      }),
    );
    expect(Role).toMatchObject({ Arn: 'arn:aws:iam::000000000000:role/reader' });
    const found = (await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role!;
    expect(found.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
    expect(decodeURIComponent(found.AssumeRolePolicyDocument!)).toBe(TRUST);
    expect(found.Description).toBe('<&>');
    expect(found.Tags).toEqual([{ Key: 'a', Value: '1' }]);
    expect(found.CreateDate).toBeInstanceOf(Date);
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: TRUST })),
    ).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name reader already exists.',
    });
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'broken', AssumeRolePolicyDocument: '{' })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await iam.send(new TagRoleCommand({ RoleName: 'reader', Tags: [{ Key: 'b', Value: '2' }] }));
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: 'reader' }));
    expect(Tags).toHaveLength(2);
  });

  it('keeps inline and managed policies, with versions', async () => {
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'inline', PolicyDocument: DOCUMENT }),
    );
    const inline = await iam.send(new GetRolePolicyCommand({ RoleName: 'reader', PolicyName: 'inline' }));
    expect(decodeURIComponent(inline.PolicyDocument!)).toBe(DOCUMENT);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument: DOCUMENT }),
    );
    const PolicyArn = Policy!.Arn!;
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: SECOND, SetAsDefault: true }));
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    expect(PolicyVersion).toMatchObject({ IsDefaultVersion: true });
    expect(decodeURIComponent(PolicyVersion!.Document!)).toBe(SECOND);
    const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    for (const arn of [PolicyArn, basic]) {
      await iam.send(new AttachRolePolicyCommand({ RoleName: 'reader', PolicyArn: arn }));
    }
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'reader' }));
    expect(AttachedPolicies!.map((one) => one.PolicyName)).toEqual([
      'managed',
      'AWSLambdaBasicExecutionRole',
    ]);
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    });
    for (const arn of [PolicyArn, basic]) {
      await iam.send(new DetachRolePolicyCommand({ RoleName: 'reader', PolicyArn: arn }));
    }
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'inline' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'reader' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name reader cannot be found.',
    });
  });

  it('pages', async () => {
    for (const n of [1, 2, 3]) {
      await iam.send(
        new CreateRoleCommand({ RoleName: `page-${n}`, Path: '/pages/', AssumeRolePolicyDocument: TRUST }),
      );
    }
    const first = await iam.send(new ListRolesCommand({ PathPrefix: '/pages/', MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true });
    const second = await iam.send(
      new ListRolesCommand({ PathPrefix: '/pages/', MaxItems: 2, Marker: first.Marker }),
    );
    expect([...first.Roles!, ...second.Roles!].map((role) => role.RoleName)).toEqual([
      'page-1',
      'page-2',
      'page-3',
    ]);
    expect(second.IsTruncated).toBe(false);
  });
});

describe('STS', () => {
  it('knows the caller, and whoever assumed a role', async () => {
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    });
    const RoleArn = 'arn:aws:iam::000000000000:role/pages/page-1';
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }),
    );
    const arn = 'arn:aws:sts::000000000000:assumed-role/page-1/session';
    expect(AssumedRoleUser!.Arn).toBe(arn);
    const assumed = new STSClient({
      ...clientConfig(),
      credentials: {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      },
    });
    expect((await assumed.send(new GetCallerIdentityCommand())).Arn).toBe(arn);
    assumed.destroy();
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: `${RoleArn}x`, RoleSessionName: 'session' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

/** Answers recorded from AWS in 2025 and 2026 on roles, policies, tags and constraints. */
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyVersionCommand,
  DeleteServiceSpecificCredentialCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  ListServiceSpecificCredentialsCommand,
  PutRolePolicyCommand,
  ResetServiceSpecificCredentialCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleDescriptionCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const allow = (members: object = {}, document: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...members }],
    ...document,
  });
const trust = (members: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole', ...members },
    ],
  });
const ACCOUNT = 'arn:aws:iam::000000000000';
const PolicyArn = `${ACCOUNT}:policy/p`;

let emulator: Emulator;
let iam: IAMClient;
let sts: STSClient;
const config = (credentials: object) => ({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: credentials as { accessKeyId: string; secretAccessKey: string },
  maxAttempts: 1,
});
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  const account = { accessKeyId: 'test', secretAccessKey: 'test' };
  iam = new IAMClient(config(account));
  sts = new STSClient(config(account));
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust() }));
  await iam.send(new CreateUserCommand({ UserName: 'u' }));
});
afterAll(async () => {
  iam.destroy();
  sts.destroy();
  await emulator.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const refused = (command: Command, name: string, message: string, client: Command = iam) =>
  expect(client.send(command)).rejects.toMatchObject({
    name: expect.stringMatching(new RegExp(`^${name}(?:Exception)?$`)),
    message,
  });
const keysOf = ({ Credentials: c }: { Credentials?: Command }) => ({
  accessKeyId: c.AccessKeyId,
  secretAccessKey: c.SecretAccessKey,
  sessionToken: c.SessionToken,
});

describe('constraints', () => {
  const violated = (path: string, constraint: string) =>
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must ${constraint}`;
  const tags = (Key: string, Value = '') => [{ Key, Value }];
  const pattern = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+';
  it.each<[string, Command, string]>([
    [
      'tags',
      new TagRoleCommand({ RoleName: 'r', Tags: Array.from({ length: 51 }, (_, i) => tags(`k${i}`)[0]!) }),
      violated('tags', 'have length less than or equal to 50'),
    ],
    [
      'tag keys',
      new TagRoleCommand({ RoleName: 'r', Tags: tags('k'.repeat(129)) }),
      violated('tags.1.member.key', 'have length less than or equal to 128'),
    ],
    [
      'tag values',
      new TagRoleCommand({ RoleName: 'r', Tags: tags('k', 'v'.repeat(257)) }),
      violated('tags.1.member.value', 'have length less than or equal to 256'),
    ],
    [
      'characters of tag keys',
      new TagRoleCommand({ RoleName: 'r', Tags: tags('?') }),
      violated('tags.1.member.key', `satisfy regular expression pattern: ${pattern}`),
    ],
    [
      'keys to remove',
      new UntagRoleCommand({ RoleName: 'r', TagKeys: ['k'.repeat(129)] }),
      violated(
        'tagKeys',
        `satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${pattern}, Member must not be null]`,
      ),
    ],
    [
      'version ids',
      new SetDefaultPolicyVersionCommand({ PolicyArn: `${ACCOUNT}:policy/any`, VersionId: 'wrong' }),
      violated('versionId', 'satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?'),
    ],
    [
      'names',
      new CreateRoleCommand({ RoleName: 'a b', AssumeRolePolicyDocument: trust() }),
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    ],
    [
      'names of other operations',
      new AttachRolePolicyCommand({ RoleName: `${ACCOUNT}:role/r`, PolicyArn }),
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    ],
    [
      'paths',
      new CreateUserCommand({ UserName: 'x', Path: 'a' }),
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    ],
  ])('of %s are told in their own words', (_, command, message) =>
    refused(command, 'ValidationError', message),
  );

  it('are told all at once', () =>
    refused(
      new CreateRoleCommand({
        RoleName: 'r'.repeat(65),
        AssumeRolePolicyDocument: trust(),
        MaxSessionDuration: 1,
      }),
      'ValidationError',
      "2 validation errors detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600; Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ));
});

describe('a caller who is no user', () => {
  const message = 'Must specify userName when calling with non-User credentials';
  it('must say which user is meant', async () => {
    const session = new IAMClient(
      config(
        keysOf(
          await sts.send(new AssumeRoleCommand({ RoleArn: `${ACCOUNT}:role/r`, RoleSessionName: 'session' })),
        ),
      ),
    );
    for (const command of [
      new GetUserCommand({}),
      new ListAccessKeysCommand({}),
      new CreateAccessKeyCommand({}),
      new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
    ])
      await refused(command, 'ValidationError', message, session);
    expect((await session.send(new GetUserCommand({ UserName: 'u' }))).User?.UserName).toBe('u');
    session.destroy();
  });
});

describe('managed policies', () => {
  it('tell their description and tags when they are read alone', async () => {
    const made = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow(), Description: 'd' }),
    );
    expect(made.Policy).not.toHaveProperty('Description');
    expect(made.Policy).not.toHaveProperty('Tags');
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ Description: 'd', Tags: [] });
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    expect(Policies?.[0]).not.toHaveProperty('Description');
    expect(Policies?.[0]).not.toHaveProperty('Tags');
    await iam.send(
      new TagPolicyCommand({
        PolicyArn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      }),
    );
    const { Tags } = await iam.send(new ListPolicyTagsCommand({ PolicyArn }));
    expect(Tags?.map(({ Key }) => Key)).toEqual(['A', 'a']);
    const twice = ['k', 'k'].map((Key) => ({ Key, Value: '' }));
    await refused(
      new TagPolicyCommand({ PolicyArn, Tags: twice }),
      'InvalidInput',
      'Duplicate tag keys found.',
    );
  });

  it('number their versions once and for all', async () => {
    for (let i = 2; i <= 3; i++)
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow() }));
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }));
    const { PolicyVersion } = await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow() }),
    );
    expect(PolicyVersion?.VersionId).toBe('v4');
    const pages: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(new ListPolicyVersionsCommand({ PolicyArn, MaxItems: 1, Marker }));
      pages.push(...page.Versions!.map((one) => one.VersionId!));
      Marker = page.Marker;
    } while (Marker !== undefined);
    expect(pages).toEqual(['v4', 'v2', 'v1']);
    const missing = `${ACCOUNT}:policy/missing`;
    for (const command of [
      new GetPolicyVersionCommand({ PolicyArn: missing, VersionId: 'v1' }),
      new SetDefaultPolicyVersionCommand({ PolicyArn: missing, VersionId: 'v1' }),
    ])
      await refused(
        command,
        'NoSuchEntity',
        `Policy ${missing} version v1 does not exist or is not attachable.`,
      );
  });

  it.each([
    [
      'an older version',
      allow({}, { Version: '2008-10-17' }),
      'Policy document must be version 2012-10-17 or greater.',
    ],
    [
      'no version',
      allow({}, { Version: undefined }),
      'Policy document must be version 2012-10-17 or greater.',
    ],
    [
      'two colons in an action',
      allow({ Action: 's3:s3:Get' }),
      'Actions/Condition can contain only one colon.',
    ],
    ['an empty resource', allow({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
    [
      'an unknown partition',
      allow({ Resource: 'arn:error:s3:::example_bucket' }),
      'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
    ],
    [
      'an ARN without its region',
      allow({ Resource: 'arn:s3:::example_bucket' }),
      'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
    ],
    [
      'a region of a bucket',
      allow({ Resource: 'arn:aws:s3:us-east-1::example_bucket' }),
      'Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.',
    ],
    [
      'an unknown operator',
      allow({ Condition: { Equals: { 'aws:username': 'a' } } }),
      'Syntax errors in policy.',
    ],
    [
      'one SID twice',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [1, 2].map(() => ({ Sid: 'a', Effect: 'Allow', Action: 's3:*', Resource: '*' })),
      }),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
  ])('with %s are refused', async (_, PolicyDocument, message) => {
    await refused(
      new CreatePolicyCommand({ PolicyName: 'bad', PolicyDocument }),
      'MalformedPolicyDocument',
      message,
    );
  });

  it('of AWS that templates attach are there, with their documents', async () => {
    for (const name of [
      'AmazonDynamoDBFullAccess',
      'AmazonSQSFullAccess',
      'CloudWatchFullAccess',
      'AWSXrayWriteOnlyAccess',
      'AmazonS3ReadOnlyAccess',
      'service-role/AWSLambdaSQSQueueExecutionRole',
      'service-role/AWSLambdaBasicExecutionRole',
      'service-role/AWSGlueServiceRole',
      'job-function/ViewOnlyAccess',
    ]) {
      const managed = `arn:aws:iam::aws:policy/${name}`;
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: managed }));
      expect(Policy?.Arn).toBe(managed);
      const { PolicyVersion } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn: managed, VersionId: Policy!.DefaultVersionId }),
      );
      expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toMatchObject({
        Version: '2012-10-17',
      });
    }
    const { Policies, Marker } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', MaxItems: 1000 }));
    expect(Policies).toHaveLength(1000);
    expect(Marker).toBeDefined();
    await refused(
      new GetPolicyCommand({ PolicyArn: 'arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole' }),
      'NoSuchEntity',
      'Policy arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole was not found.',
    );
  });
});

describe('roles', () => {
  it.each([
    ['no JSON', '{', 'This policy contains invalid Json'],
    [
      'another action',
      trust({ Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    ['a resource', trust({ Resource: '*' }), 'Has prohibited field Resource'],
  ])('take no trust policy with %s', async (_, document, message) => {
    await refused(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: document }),
      'MalformedPolicyDocument',
      message,
    );
    await refused(
      new CreateRoleCommand({ RoleName: 'bad', AssumeRolePolicyDocument: document }),
      'MalformedPolicyDocument',
      message,
    );
  });

  it('leave the session duration out of the answer to a new description', async () => {
    const { Role } = await iam.send(new UpdateRoleDescriptionCommand({ RoleName: 'r', Description: 'd' }));
    expect(Role).toMatchObject({ Description: 'd' });
    expect(Role).not.toHaveProperty('MaxSessionDuration');
  });

  it('are not told apart by case', () =>
    refused(
      new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument: trust() }),
      'EntityAlreadyExists',
      'Role with name R already exists.',
    ));

  it.each([
    ['elasticfilesystem.amazonaws.com', 'AWSServiceRoleForAmazonElasticFileSystem'],
    ['batch.amazonaws.com', 'AWSServiceRoleForBatch'],
    ['ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway'],
    ['autoscaling-plans.amazonaws.com', 'AWSServiceRoleForAutoScalingPlans_EC2AutoScaling'],
  ])('of %s have the name that AWS gives', async (AWSServiceName, RoleName) => {
    const { Role } = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
    expect(Role).toMatchObject({ RoleName, Path: `/aws-service-role/${AWSServiceName}/` });
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: AWSServiceName }, Action: 'sts:AssumeRole' }],
    });
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(AttachedPolicies).toHaveLength(1);
    const message = `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`;
    for (const command of [
      new AttachRolePolicyCommand({ RoleName, PolicyArn }),
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow() }),
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust() }),
    ])
      await refused(command, 'UnmodifiableEntity', message);
  });

  it('of services have a suffix where the service may have several', async () => {
    const { Role } = await iam.send(
      new CreateServiceLinkedRoleCommand({
        AWSServiceName: 'autoscaling.amazonaws.com',
        CustomSuffix: 'second',
      }),
    );
    expect(Role?.RoleName).toBe('AWSServiceRoleForAutoScaling_second');
    await refused(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com', CustomSuffix: 'second' }),
      'InvalidInput',
      'Custom suffix is not allowed for ecs.amazonaws.com',
    );
  });

  it('and policies called __proto__ are as any other', async () => {
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'r', PolicyName: '__proto__', PolicyDocument: allow() }),
    );
    await iam.send(new CreateRoleCommand({ RoleName: '__proto__', AssumeRolePolicyDocument: trust() }));
    expect((await iam.send(new GetRoleCommand({ RoleName: '__proto__' }))).Role?.RoleName).toBe('__proto__');
  });
});

describe('AssumeRole', () => {
  it('checks the name of the session before the ARN', () =>
    refused(
      new AssumeRoleCommand({ RoleArn: 'nothing-valid-in-here', RoleSessionName: 'a:b' }),
      'ValidationError',
      "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
      sts,
    ));
});

describe('session policies', () => {
  const assume = (more: object) =>
    sts.send(new AssumeRoleCommand({ RoleArn: `${ACCOUNT}:role/r`, RoleSessionName: 'narrow', ...more }));

  it('count by their characters, managed ones by those of their ARNs', async () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect((await assume({ PolicyArns: [{ arn }] })).PackedPolicySize).toBe(2);
    await expect(assume({ Policy: allow({ Sid: 'a'.repeat(2000) }) })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
      message: 'Packed policy consumes 103% of allotted space, please use smaller policy.',
    });
  });
});

describe('service-specific credentials', () => {
  const ServiceName = 'codecommit.amazonaws.com';
  const make = () => iam.send(new CreateServiceSpecificCredentialCommand({ UserName: 'u', ServiceName }));
  const list = async () =>
    (await iam.send(new ListServiceSpecificCredentialsCommand({ UserName: 'u', ServiceName })))
      .ServiceSpecificCredentials;

  it('tell their password when they are made or reset, and never again', async () => {
    const first = (await make()).ServiceSpecificCredential!;
    expect(first).toEqual({
      CreateDate: expect.any(Date),
      ServiceName,
      ServiceUserName: 'u-at-000000000000',
      ServicePassword: expect.stringMatching(/^[A-Za-z0-9+/]{59}=$/),
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
      UserName: 'u',
      Status: 'Active',
    });
    const second = (await make()).ServiceSpecificCredential!;
    expect(second.ServiceUserName).toBe('u+1-at-000000000000');
    await expect(make()).rejects.toMatchObject({ name: 'LimitExceededException' });
    const named = { UserName: 'u', ServiceSpecificCredentialId: first.ServiceSpecificCredentialId! };
    await iam.send(new UpdateServiceSpecificCredentialCommand({ ...named, Status: 'Inactive' }));
    const reset = await iam.send(new ResetServiceSpecificCredentialCommand(named));
    expect(reset.ServiceSpecificCredential).toMatchObject({ ...named, Status: 'Inactive' });
    expect(reset.ServiceSpecificCredential!.ServicePassword).not.toBe(first.ServicePassword);
    expect((await list())?.map((one) => Object.keys(one).includes('ServicePassword'))).toEqual([
      false,
      false,
    ]);
    await iam.send(new DeleteServiceSpecificCredentialCommand(named));
    expect(await list()).toHaveLength(1);
    await refused(
      new DeleteServiceSpecificCredentialCommand(named),
      'NoSuchEntity',
      `No such credential ${named.ServiceSpecificCredentialId} exists`,
    );
  });

  it('are of the services that have them', () =>
    refused(
      new CreateServiceSpecificCredentialCommand({ UserName: 'u', ServiceName: 'none.amazonaws.com' }),
      'NoSuchEntity',
      'No such service none.amazonaws.com is supported for Service Specific Credentials',
    ));
});

describe('a federated user of the root user', () => {
  it('may do what the session policy allows, and nothing else', async () => {
    const enforced = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
    const root = enforced.iam.rootKey();
    const of = <C>(Client: new (config: object) => C, credentials: object) =>
      new Client({ ...config(credentials), endpoint: enforced.endpoint });
    const federate = (Policy?: string) =>
      of(STSClient, root).send(new GetFederationTokenCommand({ Name: 'bob', ...(Policy ? { Policy } : {}) }));
    const narrow = keysOf(await federate(allow({ Action: 'iam:ListPolicies' })));
    const client = of(IAMClient, narrow);
    await client.send(new ListPoliciesCommand({ Scope: 'Local' }));
    await expect(client.send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toThrow(
      /federated-user\/bob is not authorized to perform: iam:GetRole .* because no session policy allows/,
    );
    const nothing = keysOf(await federate());
    await expect(of(IAMClient, nothing).send(new ListPoliciesCommand({}))).rejects.toThrow(
      /iam:ListPolicies/,
    );
    expect((await of(STSClient, nothing).send(new GetCallerIdentityCommand({}))).Arn).toMatch(
      /federated-user\/bob$/,
    );
    await enforced.stop();
  });
});

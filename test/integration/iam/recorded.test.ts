/** Answers recorded from AWS on roles, policies and sessions, and what a simulation says of policies. */
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (members: object = {}, document: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...members }], ...document });
const account = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const POLICY = 'arn:aws:iam::000000000000:policy/p';
const RoleArn = 'arn:aws:iam::000000000000:role/r';

let emulator: Emulator;
let iam: IAMClient;
let sts: STSClient;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  iam = new IAMClient({ endpoint: emulator.endpoint, ...account });
  sts = new STSClient({ endpoint: emulator.endpoint, ...account });
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }));
  await iam.send(new CreateUserCommand({ UserName: 'u' }));
  await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policy() }));
});
afterAll(async () => {
  iam.destroy();
  sts.destroy();
  await emulator.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const refused = (command: Command, Code: string, message?: string, client: Command = iam) =>
  expect(client.send(command)).rejects.toMatchObject({
    name: expect.stringMatching(new RegExp(`^${Code}(?:Exception)?$`)),
    ...(message === undefined ? {} : { message }),
  });

describe('roles', () => {
  it('are shown with what AWS shows when they are made, read and listed', async () => {
    const made = await iam.send(
      new CreateRoleCommand({ RoleName: 'shown', AssumeRolePolicyDocument: trust }),
    );
    const always = ['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'Path', 'RoleId', 'RoleName'];
    expect(Object.keys(made.Role!).sort()).toEqual(always);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'shown' }));
    expect(Object.keys(Role!).sort()).toEqual([...always, 'MaxSessionDuration', 'RoleLastUsed'].sort());
    const { Roles } = await iam.send(new ListRolesCommand({}));
    const listed = Roles!.find(({ RoleName }) => RoleName === 'shown');
    expect(Object.keys(listed!).sort()).toEqual([...always, 'MaxSessionDuration'].sort());
    const told = await iam.send(new UpdateRoleDescriptionCommand({ RoleName: 'shown', Description: 'd' }));
    expect(told.Role?.Description).toBe('d');
  });

  it.each([
    ['longpolicynamebutnoarn', 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
    ['p', 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
    [`${POLICY}123`, 'NoSuchEntity', `Policy ${POLICY}123 does not exist or is not attachable.`],
  ])('and users take no policy called %s', async (PolicyArn, code, message) => {
    await refused(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }), code, message);
    await refused(new AttachUserPolicyCommand({ UserName: 'u', PolicyArn }), code, message);
  });

  it('take no boundary and no tags that cannot be', async () => {
    const boundary = (PermissionsBoundary: string) =>
      new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary });
    await refused(
      boundary('bad'),
      'InvalidParameterValue',
      'Value (bad) for parameter PermissionsBoundary is invalid.',
    );
    await refused(boundary(`${POLICY}9`), 'NoSuchEntity');
    const twice = ['a', 'A'].map((Key) => ({ Key, Value: '' }));
    await refused(
      new TagRoleCommand({ RoleName: 'r', Tags: twice }),
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    const many = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await refused(new TagRoleCommand({ RoleName: 'r', Tags: many }), 'ValidationError');
  });
});

describe('policies', () => {
  const syntax = 'Syntax errors in policy.';
  it.each([
    ['that are no JSON', '{', syntax],
    ['that are empty', '', syntax],
    ['without a statement', '{"Version":"2012-10-17"}', syntax],
    ['of another version', policy({}, { Version: '2020-10-17' }), syntax],
    ['with members nobody knows', policy({ Foo: 1 }), syntax],
    ['of another effect', policy({ Effect: 'Maybe' }), syntax],
    [
      'whose action has no service',
      policy({ Action: 'GetObject' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    ['whose service has a space', policy({ Action: 's 3:GetObject' }), 'Vendor s 3 is not valid'],
    ['whose resource is no ARN', policy({ Resource: 'bad' }), 'Resource bad must be in ARN format or "*".'],
    ['without a resource', policy({ Resource: undefined }), 'Policy statement must contain resources.'],
    ['without an action', policy({ Action: undefined }), 'Policy statement must contain actions.'],
    ['that name a principal', policy({ Principal: '*' }), 'Policy document should not specify a principal.'],
  ])('are refused %s', async (_name, PolicyDocument, message) => {
    const code = 'MalformedPolicyDocument';
    await refused(new CreatePolicyCommand({ PolicyName: 'bad', PolicyDocument }), code, message);
    await refused(
      new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'bad', PolicyDocument }),
      code,
      message,
    );
  });

  it('tell in a simulation what they would decide', async () => {
    const decisions = async (command: Command) => {
      const { EvaluationResults } = (await iam.send(command)) as Command;
      return EvaluationResults.map((each: Command) => [each.EvalActionName, each.EvalDecision]);
    };
    const deny = policy({ Effect: 'Deny', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::b/*' });
    const question = {
      ActionNames: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      ResourceArns: ['arn:aws:s3:::b/k'],
    };
    expect(
      await decisions(new SimulateCustomPolicyCommand({ ...question, PolicyInputList: [policy(), deny] })),
    ).toEqual([
      ['s3:GetObject', 'allowed'],
      ['s3:PutObject', 'implicitDeny'],
      ['s3:DeleteObject', 'explicitDeny'],
    ]);
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: POLICY }));
    const ofRole = new SimulatePrincipalPolicyCommand({ ...question, PolicySourceArn: RoleArn });
    expect((await decisions(ofRole))[0]).toEqual(['s3:GetObject', 'allowed']);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: POLICY }));
    expect((await decisions(ofRole))[0]).toEqual(['s3:GetObject', 'implicitDeny']);
    const conditional = policy({ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } });
    const ContextEntries = [
      { ContextKeyName: 'aws:SourceVpc', ContextKeyType: 'string' as const, ContextKeyValues: ['vpc-1'] },
    ];
    const asked = { ActionNames: ['s3:GetObject'], PolicyInputList: [conditional] };
    expect((await decisions(new SimulateCustomPolicyCommand({ ...asked, ContextEntries })))[0][1]).toBe(
      'allowed',
    );
    expect((await decisions(new SimulateCustomPolicyCommand(asked)))[0][1]).toBe('implicitDeny');
    await refused(new SimulateCustomPolicyCommand({ ...asked, ActionNames: ['bad'] }), 'ValidationError');
  });
});

describe('sessions', () => {
  const assume = (more: object) => new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more });
  const violated = (value: string, constraint: string) =>
    `1 validation error detected: Value '${value}' at 'roleSessionName' failed to satisfy constraint: Member must ${constraint}`;
  const long = 's'.repeat(65);
  it.each<[object, string, string]>([
    ...[
      'nothing-valid-in-here',
      'arn::b:::something/test-role',
      'arn:a::::something/test-role',
      'arn:a:::something/test-role',
      'arn:a:a::aaaaaaaaaa:',
    ].map((arn): [object, string, string] => [{ RoleArn: arn }, 'ValidationError', `${arn} is invalid`]),
    [
      { RoleSessionName: 'Session1:2' },
      'ValidationError',
      violated('Session1:2', 'satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [{ RoleSessionName: long }, 'ValidationError', violated(long, 'have length less than or equal to 64')],
    [
      { Tags: [{ Key: 'a', Value: '' }], TransitiveTagKeys: ['b'] },
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    ],
    [
      { Tags: ['a', 'A'].map((Key) => ({ Key, Value: '' })) },
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  ])('are refused: %j', (given, code, message) => refused(assume(given), code, message, sts));

  it('hand their transitive tags on, and let nobody change them', async () => {
    const of = async (command: AssumeRoleCommand, client = sts) => {
      const { Credentials: c } = await client.send(command);
      const credentials = {
        accessKeyId: c!.AccessKeyId!,
        secretAccessKey: c!.SecretAccessKey!,
        sessionToken: c!.SessionToken!,
      };
      return new STSClient({ endpoint: emulator.endpoint, ...account, credentials });
    };
    const first = await of(assume({ Tags: [{ Key: 'team', Value: 'x' }], TransitiveTagKeys: ['team'] }));
    const conflict =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    for (const Key of ['team', 'TEAM'])
      await refused(assume({ Tags: [{ Key, Value: 'y' }] }), 'InvalidParameterValue', conflict, first);
    const second = await of(assume({ RoleSessionName: 'second' }), first);
    await refused(assume({ Tags: [{ Key: 'Team', Value: 'y' }] }), 'InvalidParameterValue', conflict, second);
    expect((await second.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      'arn:aws:sts::000000000000:assumed-role/r/second',
    );
    first.destroy();
    second.destroy();
  });

  it('of federated users are told of by their name', async () => {
    const { FederatedUser, Credentials, PackedPolicySize } = await sts.send(
      new GetFederationTokenCommand({ Name: 'bob' }),
    );
    expect(FederatedUser).toEqual({
      Arn: 'arn:aws:sts::000000000000:federated-user/bob',
      FederatedUserId: '000000000000:bob',
    });
    expect([Credentials?.AccessKeyId?.slice(0, 4), PackedPolicySize]).toEqual(['ASIA', 0]);
    await refused(new GetFederationTokenCommand({ Name: 'a b' }), 'ValidationError', undefined, sts);
  });
});

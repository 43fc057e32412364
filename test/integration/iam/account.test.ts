/** Groups, instance profiles and what the account is set to, with the answers that AWS was recorded to give. */
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  GetUserCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListAttachedGroupPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListPolicyTagsCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  RemoveUserFromGroupCommand,
  SimulatePrincipalPolicyCommand,
  TagInstanceProfileCommand,
  TagPolicyCommand,
  TagUserCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagUserCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const root = 'arn:aws:iam::000000000000';
const PolicyArn = `${root}:policy/p`;

let emulator: Emulator;
let iam: IAMClient;
const open: { destroy(): void }[] = [];
function clientOf<C extends { destroy(): void }>(
  Client: new (config: object) => C,
  credentials: { accessKeyId: string; secretAccessKey: string },
): C {
  const client = new Client({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  open.push(client);
  return client;
}
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  iam = clientOf(IAMClient, emulator.iam.rootKey());
  await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('iam:ListRoles') }));
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }));
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await emulator.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const refused = (command: Command, name: string, message?: string, client: IAMClient = iam) =>
  expect(client.send(command)).rejects.toMatchObject({
    name: expect.stringMatching(new RegExp(`^${name}(?:Exception)?$`)),
    ...(message === undefined ? {} : { message }),
  });
async function userWithKey(UserName: string) {
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
}

describe('groups', () => {
  it('are made, read, listed, renamed and deleted once they are empty', async () => {
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'g', Path: '/some/' }));
    expect(Group).toEqual({
      Arn: `${root}:group/some/g`,
      CreateDate: expect.any(Date),
      GroupId: expect.stringMatching(/^AGPA/),
      GroupName: 'g',
      Path: '/some/',
    });
    await refused(
      new CreateGroupCommand({ GroupName: 'g' }),
      'EntityAlreadyExists',
      'Group with name g already exists.',
    );
    await iam.send(new CreateGroupCommand({ GroupName: 'other' }));
    await refused(new UpdateGroupCommand({ GroupName: 'g', NewGroupName: 'other' }), 'EntityAlreadyExists');
    await iam.send(new UpdateGroupCommand({ GroupName: 'g', NewGroupName: 'h', NewPath: '/new/' }));
    await refused(
      new GetGroupCommand({ GroupName: 'g' }),
      'NoSuchEntity',
      'The group with name g cannot be found.',
    );
    const read = await iam.send(new GetGroupCommand({ GroupName: 'h' }));
    expect(read.Group).toMatchObject({ GroupId: Group!.GroupId, Arn: `${root}:group/new/h` });
    expect(read.Users).toEqual([]);
    const { Groups } = await iam.send(new ListGroupsCommand({ PathPrefix: '/new/' }));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['h']);

    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'h', PolicyArn }));
    const attached = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'h' }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyArn, PolicyName: 'p' }]);
    const { PolicyGroups } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(PolicyGroups).toMatchObject([{ GroupName: 'h' }]);
    await refused(new DeleteGroupCommand({ GroupName: 'h' }), 'DeleteConflict');
    await iam.send(new DetachGroupPolicyCommand({ GroupName: 'h', PolicyArn }));
    await refused(
      new DetachGroupPolicyCommand({ GroupName: 'h', PolicyArn }),
      'NoSuchEntity',
      `Policy ${PolicyArn} was not found.`,
    );
    const inline = { GroupName: 'h', PolicyName: 'in' };
    await refused(
      new GetGroupPolicyCommand(inline),
      'NoSuchEntity',
      'The group policy with name in cannot be found.',
    );
    await iam.send(new PutGroupPolicyCommand({ ...inline, PolicyDocument: allow('s3:*') }));
    const got = await iam.send(new GetGroupPolicyCommand(inline));
    expect(decodeURIComponent(got.PolicyDocument!)).toBe(allow('s3:*'));
    const { PolicyNames } = await iam.send(new ListGroupPoliciesCommand({ GroupName: 'h' }));
    expect(PolicyNames).toEqual(['in']);
    await refused(
      new DeleteGroupCommand({ GroupName: 'h' }),
      'DeleteConflict',
      'Cannot delete entity, must delete policies first.',
    );
    await iam.send(new DeleteGroupPolicyCommand(inline));
    await iam.send(new DeleteGroupCommand({ GroupName: 'h' }));
    await iam.send(new DeleteGroupCommand({ GroupName: 'other' }));
  });

  it('give their members what they may do, and take it away', async () => {
    const member = clientOf(IAMClient, await userWithKey('member'));
    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    const membership = { GroupName: 'readers', UserName: 'member' };
    await iam.send(
      new PutGroupPolicyCommand({ ...membership, PolicyName: 'in', PolicyDocument: allow('iam:ListUsers') }),
    );
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn }));
    await refused(new ListUsersCommand({}), 'AccessDenied', undefined, member);
    await iam.send(new AddUserToGroupCommand(membership));
    await iam.send(new AddUserToGroupCommand(membership));
    expect((await member.send(new ListUsersCommand({}))).Users?.length).toBeGreaterThan(0);
    const simulated = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `${root}:user/member`,
        ActionNames: ['iam:ListUsers', 'iam:ListRoles', 'iam:ListPolicies'],
      }),
    );
    expect(simulated.EvaluationResults?.map((one) => one.EvalDecision)).toEqual([
      'allowed',
      'allowed',
      'implicitDeny',
    ]);
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'member' }));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['readers']);
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: 'readers' }));
    expect(Users?.map(({ UserName }) => UserName)).toEqual(['member']);
    await iam.send(new UpdateUserCommand({ UserName: 'member', NewUserName: 'renamed' }));
    expect((await member.send(new ListUsersCommand({}))).Users?.length).toBeGreaterThan(0);
    await refused(new DeleteGroupCommand({ GroupName: 'readers' }), 'DeleteConflict');
    await refused(new DeleteUserCommand({ UserName: 'renamed' }), 'DeleteConflict');
    const renamed = { GroupName: 'readers', UserName: 'renamed' };
    await iam.send(new RemoveUserFromGroupCommand(renamed));
    await iam.send(new RemoveUserFromGroupCommand(renamed));
    await refused(new ListUsersCommand({}), 'AccessDenied', undefined, member);
  });

  it.each<[string, Command, string]>([
    [
      'a user',
      new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'nobody' }),
      'The user with name nobody cannot be found.',
    ],
    [
      'a group',
      new AddUserToGroupCommand({ GroupName: 'none', UserName: 'renamed' }),
      'The group with name none cannot be found.',
    ],
    [
      'a user, though the group is not there either',
      new RemoveUserFromGroupCommand({ GroupName: 'none', UserName: 'nobody' }),
      'The user with name nobody cannot be found.',
    ],
    [
      'a group to attach to',
      new AttachGroupPolicyCommand({ GroupName: 'none', PolicyArn }),
      'The group with name none cannot be found.',
    ],
  ])('miss %s', (_, command, message) => refused(command, 'NoSuchEntity', message));
});

describe('users', () => {
  it('keep their identity and keys under another name', async () => {
    const keys = await userWithKey('before');
    const own = clientOf(STSClient, keys);
    const { UserId } = await own.send(new GetCallerIdentityCommand({}));
    await iam.send(new UpdateUserCommand({ UserName: 'before', NewUserName: 'after', NewPath: '/x/' }));
    const identity = await own.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ UserId, Arn: `${root}:user/x/after` });
    await refused(new GetUserCommand({ UserName: 'before' }), 'NoSuchEntity');
    await refused(
      new UpdateUserCommand({ UserName: 'after', NewUserName: 'renamed' }),
      'EntityAlreadyExists',
      'User with name renamed already exists.',
    );
  });

  it('carry tags whose keys differ in more than case', async () => {
    const UserName = 'after';
    const tag = (Key: string, Value: string) =>
      iam.send(new TagUserCommand({ UserName, Tags: [{ Key, Value }] }));
    const tags = async () => (await iam.send(new ListUserTagsCommand({ UserName }))).Tags;
    await tag('Department', 'Finance');
    await tag('Key', 'kept');
    await tag('department', 'finance');
    expect(await tags()).toEqual([
      { Key: 'Key', Value: 'kept' },
      { Key: 'department', Value: 'finance' },
    ]);
    await iam.send(new UntagUserCommand({ UserName, TagKeys: ['DEPARTMENT', 'missing'] }));
    expect(await tags()).toEqual([{ Key: 'Key', Value: 'kept' }]);
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User?.Tags).toEqual([{ Key: 'Key', Value: 'kept' }]);
    const { Users } = await iam.send(new ListUsersCommand({ PathPrefix: '/x/' }));
    expect(Users?.[0]?.Tags).toBeUndefined();
    await refused(new TagUserCommand({ UserName: 'nobody', Tags: [] }), 'NoSuchEntity');
  });

  it('are told apart from policies, whose tag keys may differ in case alone, and which are of the account', async () => {
    const Tags = [
      { Key: 'Cost', Value: '1' },
      { Key: 'cost', Value: '2' },
    ];
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags }));
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['COST', 'Cost'] }));
    expect((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags).toEqual([Tags[1]]);
    const managed = { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
    await refused(new TagPolicyCommand({ ...managed, Tags }), 'AccessDenied');
    await refused(new DeletePolicyCommand(managed), 'AccessDenied');
  });

  it('have keys that tell what they were last used for', async () => {
    const keys = await userWithKey('user-of-key');
    const last = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }));
    expect(await last()).toMatchObject({
      UserName: 'user-of-key',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'user-of-key', PolicyName: 'p', PolicyDocument: allow('iam:*') }),
    );
    await clientOf(IAMClient, keys).send(new ListUsersCommand({}));
    expect((await last()).AccessKeyLastUsed).toEqual({
      LastUsedDate: expect.any(Date),
      ServiceName: 'iam',
      Region: 'us-east-1',
    });
    await refused(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
      'AccessDenied',
      `User: ${root}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE`,
    );
  });

  it('count as uses of their boundary, which stays as long', async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'bound', PolicyDocument: allow('s3:*') }),
    );
    const bound = { PolicyArn: Policy!.Arn! };
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'after', PermissionsBoundary: Policy!.Arn! }),
    );
    expect((await iam.send(new GetPolicyCommand(bound))).Policy).toMatchObject({
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 1,
    });
    const entities = async (PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary') =>
      (await iam.send(new ListEntitiesForPolicyCommand({ ...bound, PolicyUsageFilter }))).PolicyUsers?.length;
    expect(await entities()).toBe(1);
    expect(await entities('PermissionsBoundary')).toBe(1);
    expect(await entities('PermissionsPolicy')).toBe(0);
    await refused(new DeletePolicyCommand(bound), 'DeleteConflict');
  });
});

describe('instance profiles', () => {
  const InstanceProfileName = 'ip';
  const pair = { InstanceProfileName, RoleName: 'r' };

  it('hold one role, are tagged, listed and deleted once they are empty', async () => {
    const made = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Path: '/a/' }));
    const shown = {
      Arn: `${root}:instance-profile/a/ip`,
      CreateDate: expect.any(Date),
      InstanceProfileId: expect.stringMatching(/^AIPA/),
      InstanceProfileName,
      Path: '/a/',
      Roles: [],
    };
    expect(made.InstanceProfile).toEqual(shown);
    const get = async () =>
      (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile;
    expect(await get()).toEqual({ ...shown, Tags: [] });
    await iam.send(new AddRoleToInstanceProfileCommand(pair));
    await refused(
      new AddRoleToInstanceProfileCommand(pair),
      'LimitExceeded',
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    );
    const role = Object.keys((await get())!.Roles![0]!).sort();
    expect(role).toEqual(['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'Path', 'RoleId', 'RoleName']);
    const ofRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'r' }));
    expect(ofRole.InstanceProfiles).toMatchObject([{ InstanceProfileName }]);
    await refused(new DeleteRoleCommand({ RoleName: 'r' }), 'DeleteConflict');
    await refused(
      new DeleteInstanceProfileCommand({ InstanceProfileName }),
      'DeleteConflict',
      'Cannot delete entity, must remove roles from instance profile first.',
    );
    await iam.send(new RemoveRoleFromInstanceProfileCommand(pair));
    await refused(
      new RemoveRoleFromInstanceProfileCommand(pair),
      'NoSuchEntity',
      'Role r in Instance Profile ip cannot be found.',
    );
    await iam.send(
      new TagInstanceProfileCommand({
        InstanceProfileName,
        Tags: [
          { Key: 'k', Value: 'v' },
          { Key: 'l', Value: 'w' },
        ],
      }),
    );
    await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['k'] }));
    const { Tags } = await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }));
    expect(Tags).toEqual([{ Key: 'l', Value: 'w' }]);
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesCommand({ PathPrefix: '/a' }));
    expect(InstanceProfiles).toEqual([shown]);
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    await refused(
      new GetInstanceProfileCommand({ InstanceProfileName }),
      'NoSuchEntity',
      'Instance Profile ip cannot be found.',
    );
  });
});

describe('the account', () => {
  it('has one alias and one password policy', async () => {
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'first-alias' }));
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'second-alias' }));
    const aliases = async () => (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases;
    expect(await aliases()).toEqual(['second-alias']);
    await refused(new CreateAccountAliasCommand({ AccountAlias: 'No--alias' }), 'ValidationError');
    await refused(new DeleteAccountAliasCommand({ AccountAlias: 'first-alias' }), 'NoSuchEntity');
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: 'second-alias' }));
    expect(await aliases()).toEqual([]);

    const none = 'The Password Policy with domain name 000000000000 cannot be found.';
    await refused(new GetAccountPasswordPolicyCommand({}), 'NoSuchEntity', none);
    const policy = async () => (await iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy;
    await iam.send(new UpdateAccountPasswordPolicyCommand({}));
    expect(await policy()).toEqual({
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
      MinimumPasswordLength: 6,
      RequireLowercaseCharacters: false,
      RequireNumbers: false,
      RequireSymbols: false,
      RequireUppercaseCharacters: false,
    });
    await iam.send(
      new UpdateAccountPasswordPolicyCommand({
        MinimumPasswordLength: 10,
        MaxPasswordAge: 60,
        HardExpiry: true,
      }),
    );
    expect(await policy()).toMatchObject({ ExpirePasswords: true, HardExpiry: true, MaxPasswordAge: 60 });
    await refused(
      new UpdateAccountPasswordPolicyCommand({
        MinimumPasswordLength: 129,
        PasswordReusePrevention: 25,
        MaxPasswordAge: 1096,
      }),
      'ValidationError',
      "3 validation errors detected: Value at 'minimumPasswordLength' failed to satisfy constraint: Member must have value less than or equal to 128; Value at 'passwordReusePrevention' failed to satisfy constraint: Member must have value less than or equal to 24; Value at 'maxPasswordAge' failed to satisfy constraint: Member must have value less than or equal to 1095",
    );
    await iam.send(new DeleteAccountPasswordPolicyCommand({}));
    await refused(
      new DeleteAccountPasswordPolicyCommand({}),
      'NoSuchEntity',
      'The account policy with name PasswordPolicy cannot be found.',
    );
  });

  it('is counted, and shown whole page by page', async () => {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    expect(SummaryMap).toMatchObject({
      Users: Users.length,
      Groups: 1,
      Roles: 1,
      Policies: 2,
      AttachedPoliciesPerRoleQuota: 10,
      UsersQuota: 5000,
    });
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(
        new GetAccountAuthorizationDetailsCommand({
          Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'],
          MaxItems: 2,
          Marker,
        }),
      );
      seen.push(...page.UserDetailList!.map((one) => `user ${one.UserName}`));
      seen.push(...page.GroupDetailList!.map((one) => `group ${one.GroupName}`));
      seen.push(...page.RoleDetailList!.map((one) => `role ${one.RoleName}`));
      seen.push(...page.Policies!.map((one) => `policy ${one.PolicyName}`));
      Marker = page.Marker;
    } while (Marker !== undefined);
    const users = Users.map(({ UserName }) => `user ${UserName}`);
    expect(seen).toEqual([...users, 'group readers', 'role r', 'policy bound', 'policy p']);
    const { RoleDetailList, UserDetailList } = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
    );
    expect(UserDetailList).toEqual([]);
    expect(Object.keys(RoleDetailList![0]!).sort()).toEqual([
      'Arn',
      'AssumeRolePolicyDocument',
      'AttachedManagedPolicies',
      'CreateDate',
      'InstanceProfileList',
      'Path',
      'RoleId',
      'RoleLastUsed',
      'RoleName',
      'RolePolicyList',
      'Tags',
    ]);
  });
});

describe('roles', () => {
  it('of services are made and deleted by them alone', async () => {
    const make = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'elasticloadbalancing.amazonaws.com' });
    const { Role } = await iam.send(make);
    const RoleName = 'AWSServiceRoleForElasticLoadBalancing';
    expect(Role).toMatchObject({ RoleName, Path: '/aws-service-role/elasticloadbalancing.amazonaws.com/' });
    await refused(
      make,
      'InvalidInput',
      `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    );
    await refused(new DeleteRoleCommand({ RoleName }), 'UnmodifiableEntity');
    await refused(new DeleteServiceLinkedRoleCommand({ RoleName: 'r' }), 'NoSuchEntity');
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    const told = await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
    expect(told.Status).toBe('SUCCEEDED');
    await refused(new GetRoleCommand({ RoleName }), 'NoSuchEntity');
  });

  it.each([
    ['Allow', 'Allow with NotPrincipal is not allowed.'],
    ['Deny', 'AssumeRole policy must not contain NotPrincipal field.'],
  ])('%s nobody by whom they do not name', async (Effect, message) => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect, NotPrincipal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
    });
    await refused(
      new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: document }),
      'MalformedPolicyDocument',
      message,
    );
    await refused(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: document }),
      'MalformedPolicyDocument',
      message,
    );
    await refused(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: document }),
      'EntityAlreadyExists',
    );
  });
});

describe('the account of an access key', () => {
  const accountOf = async (AccessKeyId: string) => {
    const sts = clientOf(STSClient, emulator.iam.rootKey());
    return (await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
  };

  it.each([
    ['AKIAZZZZZZZZZZZZZZZZ', '673894223475'],
    ['ASIA2222222222222222', '744830457525'],
    ['AKIAQAAAAAABAAAAAAAA', '000000000002'],
  ])('%s stands in it', async (key, account) => {
    expect(await accountOf(key)).toBe(account);
  });

  it('is this one for the keys made here', async () => {
    const keys = await userWithKey('info');
    expect(await accountOf(keys.accessKeyId)).toBe('000000000000');
  });

  it.each([
    ['AKIAIOSFODNN7EXAMPLE', 'Access key ID is not valid.'],
    ['ABIAZZZZZZZZZZZZZZZZ', 'Access key ID is not valid.'],
    [
      'abc',
      "1 validation error detected: Value 'abc' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16",
    ],
    [
      'a-b',
      "2 validation errors detected: Value 'a-b' at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]*; Value 'a-b' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16",
    ],
  ])('%s is refused', async (key, message) => {
    await expect(accountOf(key)).rejects.toMatchObject({ message });
  });
});

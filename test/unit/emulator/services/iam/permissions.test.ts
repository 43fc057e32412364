/** Guard and operation read the same parameters: what every operation of IAM is authorized on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../../harness/core/clock.ts';
import { limitsOf } from '../../../../../harness/core/limits.ts';
import { seededRandom } from '../../../../../harness/core/random.ts';
import { decodeForm } from '../../../../../harness/emulator/http/codecs/query.ts';
import { decodeMembers } from '../../../../../harness/emulator/http/model/decode.ts';
import { ServiceModel, type Shape } from '../../../../../harness/emulator/http/model/service-model.ts';
import type { AuthorizedCall } from '../../../../../harness/emulator/http/permission.ts';
import type { WireRequest } from '../../../../../harness/emulator/http/wire.ts';
import table from '../../../../../harness/emulator/models/iam.json' with { type: 'json' };
import type { IamContext } from '../../../../../harness/emulator/services/iam/context.ts';
import { operations } from '../../../../../harness/emulator/services/iam/operations/index.ts';
import { IamStore } from '../../../../../harness/emulator/services/iam/store/iam-store.ts';
import { serviceStateIn } from '../../../../service-state.ts';

const model = new ServiceModel(table);
const ACCOUNT = 'arn:aws:iam::000000000000';
const CALLER = `${ACCOUNT}:user/caller`;
let folder: string;
let context: IamContext;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-iam-'));
  const store = new IamStore(serviceStateIn(folder));
  const entity = (kind: string, name: string, path = '/') => ({
    name,
    path,
    id: name.toUpperCase(),
    arn: `${ACCOUNT}:${kind}${path}${name}`,
    createdMs: 0,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: [],
  });
  const key = { id: 'AKIAAAAAAAAAAAAAAAAA', secret: '', isActive: true, createdMs: 0 };
  store.users.set('caller', { ...entity('user', 'caller'), accessKeys: [] });
  store.users.set('deep', { ...entity('user', 'deep', '/team/'), accessKeys: [key] });
  store.groups.set('own', { ...entity('group', 'own'), memberIds: [] });
  store.roles.set('r', {
    ...entity('role', 'r', '/team/'),
    tags: { team: 'x' },
    permissionsBoundary: `${ACCOUNT}:policy/bound`,
    trustPolicy: '{}',
    maxSessionSeconds: 3600,
  });
  store.instanceProfiles.set('ip', entity('instance-profile', 'ip'));
  context = {
    env: {
      clock: new VirtualClock(),
      random: seededRandom(1),
      limits: limitsOf('aws-default'),
      region: 'us-east-1',
      accountId: '000000000000',
      stateDir: folder,
      state: serviceStateIn(folder),
      endpoint: () => '',
      log: () => {},
      warn: () => {},
    },
    store,
    sessions: {
      identityOf: () => ({ arn: CALLER, principalArn: CALLER, userId: 'CALLER' }),
      lastUseOf: () => undefined,
    },
    deletions: new Set(),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The calls that a form is authorized for, decoded as the pipeline does. */
function callsOf(name: string, form: { [member: string]: string }): readonly AuthorizedCall[] {
  const operation = operations.find((one) => one.name === name)!;
  const shape: Shape = model.inputOf(name) ?? { type: 'structure' };
  const input = decodeMembers(model, shape, decodeForm(Object.entries(form)), 'text');
  const request = { caller: { accessKeyId: 'AKIACALLER' } } as WireRequest;
  return operation.permission(input as never, context, request);
}
const needed = (name: string, form: { [member: string]: string }) =>
  callsOf(name, form).map(({ action, resource }) => `${action} ${resource.replace(`${ACCOUNT}:`, '')}`);

const POLICY = `${ACCOUNT}:policy/p`;

describe('permissions', () => {
  it.each<[operation: string, form: { [member: string]: string }, needed: string[]]>([
    ['GetRole', { RoleName: 'r' }, ['iam:GetRole role/team/r']],
    ['GetRole', { RoleName: 'new' }, ['iam:GetRole role/new']],
    ['CreateRole', { RoleName: 'new', Path: '/a/' }, ['iam:CreateRole role/a/new']],
    ['UpdateAssumeRolePolicy', { RoleName: 'r' }, ['iam:UpdateAssumeRolePolicy role/team/r']],
    ['AttachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }, ['iam:AttachRolePolicy role/team/r']],
    ['PutUserPolicy', { UserName: 'deep', PolicyName: 'p' }, ['iam:PutUserPolicy user/team/deep']],
    ['PutGroupPolicy', { GroupName: 'own', PolicyName: 'p' }, ['iam:PutGroupPolicy group/own']],
    ['TagInstanceProfile', { InstanceProfileName: 'ip' }, ['iam:TagInstanceProfile instance-profile/ip']],
    ['TagPolicy', { PolicyArn: POLICY }, ['iam:TagPolicy policy/p']],
    ['CreatePolicy', { PolicyName: 'p', Path: '/a/' }, ['iam:CreatePolicy policy/a/p']],
    ['CreatePolicyVersion', { PolicyArn: POLICY }, ['iam:CreatePolicyVersion policy/p']],
    ['AddUserToGroup', { UserName: 'deep', GroupName: 'own' }, ['iam:AddUserToGroup group/own']],
    ['RemoveUserFromGroup', { UserName: 'deep', GroupName: 'own' }, ['iam:RemoveUserFromGroup group/own']],
    [
      'AddRoleToInstanceProfile',
      { InstanceProfileName: 'ip', RoleName: 'r' },
      ['iam:AddRoleToInstanceProfile instance-profile/ip', 'iam:PassRole role/team/r'],
    ],
    [
      'UpdateUser',
      { UserName: 'deep', NewUserName: 'admin' },
      ['iam:UpdateUser user/team/deep', 'iam:UpdateUser user/team/admin'],
    ],
    [
      'UpdateGroup',
      { GroupName: 'own', NewPath: '/admins/' },
      ['iam:UpdateGroup group/own', 'iam:UpdateGroup group/admins/own'],
    ],
    ['GetUser', {}, ['iam:GetUser user/caller']],
    ['CreateAccessKey', {}, ['iam:CreateAccessKey user/caller']],
    ['ListAccessKeys', {}, ['iam:ListAccessKeys user/caller']],
    ['UpdateAccessKey', { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }, ['iam:UpdateAccessKey user/caller']],
    ['DeleteAccessKey', { UserName: 'deep' }, ['iam:DeleteAccessKey user/team/deep']],
    [
      'GetAccessKeyLastUsed',
      { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
      ['iam:GetAccessKeyLastUsed user/team/deep'],
    ],
    [
      'CreateServiceLinkedRole',
      { AWSServiceName: 'ecs.amazonaws.com' },
      ['iam:CreateServiceLinkedRole role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'],
    ],
    [
      'SimulatePrincipalPolicy',
      { PolicySourceArn: `${ACCOUNT}:role/team/r` },
      ['iam:SimulatePrincipalPolicy role/team/r'],
    ],
    ['ListUsers', {}, ['iam:ListUsers *']],
  ])('%s of %j', (operation, form, expected) => {
    expect(needed(operation, form)).toEqual(expected);
  });

  /** Members that name resources of other kinds, and of the same one a second time. */
  const EXTRAS: [string, string][] = [
    ['GroupName', 'own'],
    ['InstanceProfileName', 'ip'],
    ['RoleName', 'other'],
    ['UserName', 'caller'],
    ['NewUserName', 'caller'],
    ['PolicyArn', `${ACCOUNT}:policy/own`],
    ['PolicyName', 'own'],
    ['AWSServiceName', 'ecs.amazonaws.com'],
    ['Path', '/own/'],
    ['PermissionsBoundary', `${ACCOUNT}:policy/own`],
    ['__proto__', 'own'],
  ];

  it.each(operations.map(({ name }) => [name]))('%s is not changed by members of others', (name) => {
    const members = Object.keys(model.inputOf(name)?.members ?? {});
    const form: { [member: string]: string } = {};
    for (const member of members) if (/Name$|Arn$|Id$/.test(member)) form[member] = 'r';
    const plain = callsOf(name, form);
    expect(plain.length).toBeGreaterThan(0);
    expect(plain[0]!.action).toBe(`iam:${name}`);
    const extras = EXTRAS.filter(([member]) => !members.includes(member) || form[member] !== undefined);
    // A member that is sent twice counts as it was sent first, for the operation as well.
    const entries = [...Object.entries(form), ...extras];
    const operation = operations.find((one) => one.name === name)!;
    const shape: Shape = model.inputOf(name) ?? { type: 'structure' };
    const input = decodeMembers(model, shape, decodeForm(entries), 'text');
    const request = { caller: { accessKeyId: 'AKIACALLER' } } as WireRequest;
    expect(operation.permission(input as never, context, request)).toEqual(plain);
  });

  it('tell the boundary, tags and policy that a call concerns', () => {
    expect(callsOf('AttachRolePolicy', { RoleName: 'r', PolicyArn: POLICY })[0]!.context).toMatchObject({
      'iam:PolicyARN': POLICY,
      'iam:PermissionsBoundary': `${ACCOUNT}:policy/bound`,
      'aws:ResourceTag/team': 'x',
      'iam:ResourceTag/team': 'x',
    });
    expect(
      callsOf('PutRolePermissionsBoundary', { RoleName: 'r', PermissionsBoundary: POLICY })[0]!.context,
    ).toMatchObject({ 'iam:PermissionsBoundary': POLICY });
    const tags = { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1' };
    expect(callsOf('CreateUser', { UserName: 'u', ...tags })[0]!.context).toMatchObject({
      'aws:RequestTag/a': '1',
      'aws:TagKeys': ['a'],
    });
    expect(callsOf('AddRoleToInstanceProfile', { RoleName: 'r' })[1]!.context).toEqual({
      'iam:PassedToService': 'ec2.amazonaws.com',
    });
  });
});

describe('the registry', () => {
  it('serves operations of AWS, each once', () => {
    const names = operations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(model.operation(name), name).toBeDefined();
  });

  it('has every operation of the families', () => {
    const names = new Set(operations.map(({ name }) => name));
    for (const kind of ['Role', 'User', 'Group']) {
      for (const name of ['Put?Policy', 'Get?Policy', 'Delete?Policy', 'List?Policies', 'Attach?Policy'])
        expect(names).toContain(name.replace('?', kind));
      for (const name of ['Detach?Policy', 'ListAttached?Policies'])
        expect(names).toContain(name.replace('?', kind));
    }
    for (const kind of ['Role', 'User', 'InstanceProfile', 'Policy'])
      for (const name of ['Tag?', 'Untag?', 'List?Tags']) expect(names).toContain(name.replace('?', kind));
  });
});

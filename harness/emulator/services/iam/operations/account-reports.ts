/** The account as a whole, counted and page by page. */
import type { GetAccountAuthorizationDetailsCommandInput } from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import {
  attachedShape,
  encodeDocument,
  groupShape,
  instanceProfileShape,
  policyShape,
  roleShape,
  tagList,
  userShape,
  versionShape,
} from '../shapes.ts';
import { awsManagedPolicies } from '../store/aws-managed-policies.ts';
import type { ManagedPolicy, Principal } from '../store/entities.ts';
import type { IamStore } from '../store/iam-store.ts';
import { iamOperation, onEverything, pageFor } from './operation.ts';

/** Quotas of a new account. Source: a recorded answer. */
const QUOTAS = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 1,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

/** Devices and certificates, which are not served. */
const NONE = {
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  MFADevices: 0,
  MFADevicesInUse: 0,
  ServerCertificates: 0,
};

const getAccountSummary = iamOperation<object>({
  name: 'GetAccountSummary',
  on: onEverything,
  handle({ store }) {
    const policies = [...store.policies.values()];
    const counts = {
      Groups: store.groups.size,
      InstanceProfiles: store.instanceProfiles.size,
      Policies: policies.length,
      PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
      Roles: store.roles.size,
      Providers: store.oidcProviders.size,
      Users: store.users.size,
    };
    const all = Object.entries({ ...QUOTAS, ...NONE, ...counts });
    return { SummaryMap: new Map(all.sort(([a], [b]) => (a < b ? -1 : 1))) };
  },
});

type List = 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies';

interface Detail {
  /** As `Filter` names it. */
  kind: 'User' | 'Group' | 'Role' | 'LocalManagedPolicy' | 'AWSManagedPolicy';
  list: List;
  /** Unique, in the order of the answer. */
  key: string;
  show(): object;
}

/** One list of all entities and policies, so that pages run through everything. */
const getAccountAuthorizationDetails = iamOperation<GetAccountAuthorizationDetailsCommandInput>({
  name: 'GetAccountAuthorizationDetails',
  on: onEverything,
  handle({ store }, input) {
    const { Filter = [] } = input;
    const wants = (kind: Detail['kind']) => Filter.length === 0 || Filter.includes(kind);
    const all = detailsOf(store, wants).sort((a, b) => (a.key < b.key ? -1 : 1));
    const { items, more } = pageFor(input, ['details', Filter], all, ({ key }) => key);
    const shown = (wanted: List) => items.filter(({ list }) => list === wanted).map(({ show }) => show());
    return {
      UserDetailList: shown('UserDetailList'),
      GroupDetailList: shown('GroupDetailList'),
      RoleDetailList: shown('RoleDetailList'),
      Policies: shown('Policies'),
      ...more,
    };
  },
});

function detailsOf(store: IamStore, wants: (kind: Detail['kind']) => boolean): Detail[] {
  const each = <E extends { name: string }>(
    order: number,
    kind: Detail['kind'],
    list: List,
    entities: () => Iterable<E>,
    show: (entity: E) => object,
  ): Detail[] =>
    wants(kind)
      ? Array.from(entities(), (one) => ({ kind, list, key: `${order} ${one.name}`, show: () => show(one) }))
      : [];
  const policy = (one: ManagedPolicy) => policyDetail(one, store);
  return [
    ...each(
      1,
      'User',
      'UserDetailList',
      () => store.users.values(),
      (user) => ({
        ...userShape(user, 'whole'),
        Tags: tagList(user.tags),
        UserPolicyList: inlineShape(user),
        GroupList: store.groupsOf(user).map(({ name }) => name),
        AttachedManagedPolicies: attachedShape(user.attachedPolicyArns),
      }),
    ),
    ...each(
      2,
      'Group',
      'GroupDetailList',
      () => store.groups.values(),
      (group) => ({
        ...groupShape(group),
        GroupPolicyList: inlineShape(group),
        AttachedManagedPolicies: attachedShape(group.attachedPolicyArns),
      }),
    ),
    ...each(
      3,
      'Role',
      'RoleDetailList',
      () => store.roles.values(),
      (role) => ({
        ...roleShape(role, 'detailed'),
        Tags: tagList(role.tags),
        InstanceProfileList: store
          .instanceProfilesOf(role.name)
          .map((one) => instanceProfileShape(one, store, 'listed')),
        RolePolicyList: inlineShape(role),
        AttachedManagedPolicies: attachedShape(role.attachedPolicyArns),
      }),
    ),
    ...each(4, 'LocalManagedPolicy', 'Policies', () => store.policies.values(), policy),
    ...each(5, 'AWSManagedPolicy', 'Policies', awsManagedPolicies, policy),
  ];
}

const inlineShape = ({ inlinePolicies }: Principal) =>
  Object.entries(inlinePolicies).map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(text),
  }));

const policyDetail = (policy: ManagedPolicy, store: IamStore): object => ({
  ...policyShape(policy, store, 'listed'),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  PolicyVersionList: policy.versions.map((version) => versionShape(policy, version, { withDocument: true })),
});

export const accountReportOperations: readonly Operation<IamContext>[] = [
  getAccountSummary,
  getAccountAuthorizationDetails,
];

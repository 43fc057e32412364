import { queryList } from '../../../http/protocols/aws-query.ts';
import type { IamContext } from '../context.ts';
import { defineIamOperation, page } from '../parameters.ts';
import {
  attachedShape,
  encodeDocument,
  groupShape,
  instanceProfileShape,
  policyShape,
  roleShape,
  tagMembers,
  userShape,
  versionShape,
} from '../shapes.ts';
import { awsManagedPolicies } from '../store/aws-managed-policies.ts';
import type { ManagedPolicy, Principal } from '../store/entities.ts';
import { byName, type IamStore } from '../store/iam-store.ts';

type List = 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies';

/** Everybody with what he may do, and all policies: in one list, so that pages run through all. */
export const getAccountAuthorizationDetails = defineIamOperation({
  name: 'GetAccountAuthorizationDetails',
  handle({ store }, input) {
    const wanted = queryList(input, 'Filter');
    const all = detailsOf(store).filter(({ kind }) => wanted.length === 0 || wanted.includes(kind));
    const { items, more } = page(input, all);
    const member = (list: List) => ({
      member: items.filter((one) => one.list === list).map(({ show }) => show()),
    });
    return {
      UserDetailList: member('UserDetailList'),
      GroupDetailList: member('GroupDetailList'),
      RoleDetailList: member('RoleDetailList'),
      Policies: member('Policies'),
      ...more,
    };
  },
});

function detailsOf(store: IamContext['store']): { kind: string; list: List; show(): object }[] {
  const sorted = <T extends { name: string }>(map: ReadonlyMap<string, T>) => [...map.values()].sort(byName);
  const policies = (kind: string, some: readonly ManagedPolicy[]) =>
    some.map((policy) => ({ kind, list: 'Policies' as const, show: () => policyDetail(policy, store) }));
  return [
    ...sorted(store.users).map((user) => ({
      kind: 'User',
      list: 'UserDetailList' as const,
      show: () => ({
        ...userShape(user, 'whole'),
        Tags: tagMembers(user.tags),
        UserPolicyList: inlineShape(user),
        GroupList: { member: store.groupsOf(user).map(({ name }) => name) },
        AttachedManagedPolicies: attachedShape(user.attachedPolicyArns),
      }),
    })),
    ...sorted(store.groups).map((group) => ({
      kind: 'Group',
      list: 'GroupDetailList' as const,
      show: () => ({
        ...groupShape(group),
        GroupPolicyList: inlineShape(group),
        AttachedManagedPolicies: attachedShape(group.attachedPolicyArns),
      }),
    })),
    ...sorted(store.roles).map((role) => ({
      kind: 'Role',
      list: 'RoleDetailList' as const,
      show: () => ({
        ...roleShape(role, 'detailed'),
        Tags: tagMembers(role.tags),
        InstanceProfileList: {
          member: store
            .instanceProfilesOf(role.name)
            .map((one) => instanceProfileShape(one, store, 'listed')),
        },
        RolePolicyList: inlineShape(role),
        AttachedManagedPolicies: attachedShape(role.attachedPolicyArns),
      }),
    })),
    ...policies('LocalManagedPolicy', sorted(store.policies)),
    ...policies('AWSManagedPolicy', awsManagedPolicies()),
  ];
}

const inlineShape = ({ inlinePolicies }: Principal) => ({
  member: Object.entries(inlinePolicies).map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(text),
  })),
});

const policyDetail = (policy: ManagedPolicy, store: IamStore): object => ({
  ...policyShape(policy, store),
  PolicyVersionList: {
    member: policy.versions.map((version) => versionShape(policy, version, { withDocument: true })),
  },
});

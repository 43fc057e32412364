/** Managed policies and their versions. Policies of AWS's own can be read but not changed. */
import type {
  CreatePolicyCommandInput,
  CreatePolicyVersionCommandInput,
  DeletePolicyCommandInput,
  DeletePolicyVersionCommandInput,
  GetPolicyCommandInput,
  GetPolicyVersionCommandInput,
  ListEntitiesForPolicyCommandInput,
  ListPoliciesCommandInput,
  ListPolicyVersionsCommandInput,
  SetDefaultPolicyVersionCommandInput,
} from '@aws-sdk/client-iam';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchVersion } from '../errors.ts';
import { checkManagedPolicy } from '../policy/check-document.ts';
import { policyShape, versionShape } from '../shapes.ts';
import { awsManagedPolicies } from '../store/aws-managed-policies.ts';
import type { ManagedPolicy, PolicyVersion } from '../store/entities.ts';
import type { Attachments } from '../store/iam-store.ts';
import { resourceTags } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor, requestTags, type Target } from './operation.ts';
import { givenTags } from './tags.ts';

const MAX_VERSIONS = 5;

const onPolicy = (
  { PolicyArn = '*' }: { PolicyArn?: string | undefined },
  { store }: IamContext,
): Target[] => [{ resource: PolicyArn, context: resourceTags(store.policies.get(PolicyArn)) }];

const createPolicy = iamOperation<CreatePolicyCommandInput>({
  name: 'CreatePolicy',
  on: ({ PolicyName, Path = '/', Tags }, { env }) => [
    {
      resource: PolicyName === undefined ? '*' : `arn:aws:iam::${env.accountId}:policy${Path}${PolicyName}`,
      context: requestTags(Tags),
    },
  ],
  handle({ env, store }, input) {
    const { PolicyName: name, Path: path = '/', PolicyDocument: document, Description } = input;
    checkManagedPolicy(document);
    const taken = [...store.policies.values()].some((one) => one.name.toLowerCase() === name.toLowerCase());
    if (taken)
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    const createdMs = env.clock.nowMs();
    const policy: ManagedPolicy = {
      name,
      path,
      id: `ANPA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:policy${path}${name}`,
      createdMs,
      updatedMs: createdMs,
      ...(Description === undefined ? {} : { description: Description }),
      tags: givenTags(input.Tags, { foldsCase: false }),
      versions: [{ id: 'v1', document, createdMs }],
      defaultVersionId: 'v1',
    };
    store.policies.set(policy.arn, policy);
    return { Policy: policyShape(policy, store, 'created') };
  },
});

const getPolicy = iamOperation<GetPolicyCommandInput>({
  name: 'GetPolicy',
  on: onPolicy,
  handle: ({ store }, { PolicyArn }) => ({ Policy: policyShape(store.policy(PolicyArn), store, 'whole') }),
});

const listPolicies = iamOperation<ListPoliciesCommandInput>({
  name: 'ListPolicies',
  on: onEverything,
  handle({ store }, input) {
    const { Scope = 'All', PathPrefix = '/', OnlyAttached = false, PolicyUsageFilter } = input;
    const own = Scope === 'AWS' ? [] : [...store.policies.values()];
    const aws = Scope === 'Local' ? [] : awsManagedPolicies();
    const usesOf = (arn: string): number => {
      const attached = PolicyUsageFilter === 'PermissionsBoundary' ? 0 : store.attachmentCount(arn);
      const bounds = PolicyUsageFilter === 'PermissionsPolicy' ? 0 : store.attachmentCount(arn, 'boundary');
      return attached + bounds;
    };
    const listed = [...own, ...aws]
      .filter(({ path }) => path.startsWith(PathPrefix))
      .filter(({ arn }) => !(OnlyAttached || PolicyUsageFilter) || usesOf(arn) > 0)
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    const list = ['policies', Scope, PathPrefix, OnlyAttached, PolicyUsageFilter];
    const { items, more } = pageFor(input, list, listed, ({ arn }) => arn);
    return { Policies: items.map((policy) => policyShape(policy, store, 'listed')), ...more };
  },
});

const deletePolicy = iamOperation<DeletePolicyCommandInput>({
  name: 'DeletePolicy',
  on: onPolicy,
  handle({ store }, { PolicyArn }) {
    const policy = store.ownPolicy(PolicyArn);
    if (store.attachmentCount(policy.arn) + store.attachmentCount(policy.arn, 'boundary') > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    store.policies.delete(policy.arn);
  },
});

const createPolicyVersion = iamOperation<CreatePolicyVersionCommandInput>({
  name: 'CreatePolicyVersion',
  on: onPolicy,
  handle({ env, store }, { PolicyArn, PolicyDocument: document, SetAsDefault }) {
    const policy = store.ownPolicy(PolicyArn);
    checkManagedPolicy(document);
    if (policy.versions.length >= MAX_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    // Recorded: the number of a deleted version is not given again.
    const last = Math.max(policy.lastVersion ?? 0, ...policy.versions.map(({ id }) => Number(id.slice(1))));
    const version = { id: `v${last + 1}`, document, createdMs: env.clock.nowMs() };
    policy.versions.push(version);
    policy.lastVersion = last + 1;
    policy.updatedMs = version.createdMs;
    if (SetAsDefault) policy.defaultVersionId = version.id;
    return { PolicyVersion: versionShape(policy, version, { withDocument: false }) };
  },
});

/** Recorded: of a policy that does not exist, its version is said not to exist. @throws AwsError NoSuchEntity */
function versionOf(policy: ManagedPolicy | undefined, arn: string, id: string): PolicyVersion {
  const version = policy?.versions.find((one) => one.id === id);
  if (!version) throw noSuchVersion(arn, id);
  return version;
}

const getPolicyVersion = iamOperation<GetPolicyVersionCommandInput>({
  name: 'GetPolicyVersion',
  on: onPolicy,
  handle({ store }, { PolicyArn, VersionId }) {
    const policy = store.findPolicy(PolicyArn);
    const version = versionOf(policy, PolicyArn, VersionId);
    return { PolicyVersion: versionShape(policy!, version, { withDocument: true }) };
  },
});

const setDefaultPolicyVersion = iamOperation<SetDefaultPolicyVersionCommandInput>({
  name: 'SetDefaultPolicyVersion',
  on: onPolicy,
  handle({ store }, { PolicyArn, VersionId }) {
    versionOf(store.findPolicy(PolicyArn), PolicyArn, VersionId);
    store.ownPolicy(PolicyArn).defaultVersionId = VersionId;
  },
});

const deletePolicyVersion = iamOperation<DeletePolicyVersionCommandInput>({
  name: 'DeletePolicyVersion',
  on: onPolicy,
  handle({ store }, { PolicyArn, VersionId }) {
    versionOf(store.findPolicy(PolicyArn), PolicyArn, VersionId);
    const policy = store.ownPolicy(PolicyArn);
    if (policy.defaultVersionId === VersionId) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    policy.versions = policy.versions.filter(({ id }) => id !== VersionId);
  },
});

const listPolicyVersions = iamOperation<ListPolicyVersionsCommandInput>({
  name: 'ListPolicyVersions',
  on: onPolicy,
  handle({ store }, input) {
    const policy = store.policy(input.PolicyArn);
    const numberOf = (id: string) => Number(id.slice(1));
    const { items, more } = pageFor(
      input,
      ['versions of', policy.id],
      policy.versions.toSorted((a, b) => numberOf(b.id) - numberOf(a.id)),
      ({ id }) => id,
      ({ id }, key) => numberOf(id) < numberOf(key),
    );
    return { Versions: items.map((one) => versionShape(policy, one, { withDocument: false })), ...more };
  },
});

const NONE: Attachments = { roles: [], users: [], groups: [] };

/** The entities that a policy is attached to or bounds. */
const listEntitiesForPolicy = iamOperation<ListEntitiesForPolicyCommandInput>({
  name: 'ListEntitiesForPolicy',
  on: onPolicy,
  handle({ store }, input) {
    const { arn } = store.policy(input.PolicyArn);
    const { PolicyUsageFilter: usage, EntityFilter: filter, PathPrefix = '/' } = input;
    const permitted = usage === 'PermissionsBoundary' ? NONE : store.attachments(arn);
    const bounded = usage === 'PermissionsPolicy' ? NONE : store.attachments(arn, 'boundary');
    const found = (['Group', 'User', 'Role'] as const).flatMap((kind) => {
      if (filter !== undefined && filter !== kind) return [];
      const member = KIND_LISTS[kind];
      return [...new Set([...permitted[member], ...bounded[member]])]
        .filter(({ path }) => path.startsWith(PathPrefix))
        .map(({ name, id }) => ({ kind, name, id }));
    });
    found.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const { items, more } = pageFor(input, ['entities of', arn, usage, filter, PathPrefix], found, sortKey);
    const shownOf = (wanted: string) =>
      items
        .filter(({ kind }) => kind === wanted)
        .map(({ name, id }) => ({ [`${wanted}Name`]: name, [`${wanted}Id`]: id }));
    return {
      PolicyGroups: shownOf('Group'),
      PolicyUsers: shownOf('User'),
      PolicyRoles: shownOf('Role'),
      ...more,
    };
  },
});

const KIND_LISTS = { Group: 'groups', User: 'users', Role: 'roles' } as const;
const sortKey = ({ kind, name }: { kind: string; name: string }): string => `${kind} ${name}`;

export const managedPolicyOperations: readonly Operation<IamContext>[] = [
  createPolicy,
  getPolicy,
  listPolicies,
  deletePolicy,
  createPolicyVersion,
  getPolicyVersion,
  setDefaultPolicyVersion,
  deletePolicyVersion,
  listPolicyVersions,
  listEntitiesForPolicy,
];

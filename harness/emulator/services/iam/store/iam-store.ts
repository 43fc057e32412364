/**
 * Roles, users, groups and managed policies of one account, in memory and in the service's journal. A change that cannot
 * be written is undone in memory too, so that nothing refused stays in force.
 */
import type { ServiceState } from '../../../state/service-state.ts';
import { Tables } from '../../../state/tables.ts';
import { TrackedMaps } from '../../../state/tracked-maps.ts';
import {
  noSuchGroup,
  noSuchInstanceProfile,
  noSuchPolicy,
  noSuchRole,
  noSuchUser,
  notOwnPolicy,
} from '../errors.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type {
  AccessKey,
  AccountSettings,
  Group,
  InstanceProfile,
  ManagedPolicy,
  OidcProvider,
  Principal,
  Role,
  User,
} from './entities.ts';

export interface Attachments {
  roles: Role[];
  users: User[];
  groups: Group[];
}

const SETTINGS = 'settings';

/** The order of lists. */
export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

export class IamStore {
  readonly #maps: TrackedMaps;
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly instanceProfiles = new Map<string, InstanceProfile>();
  /** By ARN. */
  readonly policies = new Map<string, ManagedPolicy>();
  /** By ARN. */
  readonly oidcProviders = new Map<string, OidcProvider>();
  /** One entry. */
  readonly #account = new Map<string, AccountSettings>();

  constructor(state: ServiceState) {
    this.#maps = new TrackedMaps(new Tables(state), {
      roles: this.roles,
      users: this.users,
      groups: this.groups,
      instanceProfiles: this.instanceProfiles,
      policies: this.policies,
      oidcProviders: this.oidcProviders,
      account: this.#account,
    });
  }

  get account(): AccountSettings {
    const settings = this.#account.get(SETTINGS) ?? {};
    this.#account.set(SETTINGS, settings);
    return settings;
  }

  /** @throws AwsError NoSuchEntity */
  role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw noSuchRole(name);
    return role;
  }

  /** @throws AwsError NoSuchEntity */
  user(name: string): User {
    const user = this.users.get(name);
    if (!user) throw noSuchUser(name);
    return user;
  }

  /** @throws AwsError NoSuchEntity */
  group(name: string): Group {
    const group = this.groups.get(name);
    if (!group) throw noSuchGroup(name);
    return group;
  }

  /** @throws AwsError NoSuchEntity */
  instanceProfile(name: string): InstanceProfile {
    const profile = this.instanceProfiles.get(name);
    if (!profile) throw noSuchInstanceProfile(name);
    return profile;
  }

  /** The groups of a user, by name. */
  groupsOf({ id }: Pick<User, 'id'>): Group[] {
    return [...this.groups.values()].filter(({ memberIds }) => memberIds.includes(id)).sort(byName);
  }

  /** The instance profiles that hold a role, by name. */
  instanceProfilesOf(roleName: string): InstanceProfile[] {
    return [...this.instanceProfiles.values()].filter((one) => one.roleName === roleName).sort(byName);
  }

  /** The user that an access key belongs to. */
  userOfKey(accessKeyId: string): { user: User; key: AccessKey } | undefined {
    for (const user of this.users.values()) {
      const key = user.accessKeys.find(({ id }) => id === accessKeyId);
      if (key) return { user, key };
    }
    return undefined;
  }

  /** The role or user of an ARN. */
  principalByArn(arn: string): Principal | undefined {
    const user = this.users.get(arn.slice(arn.lastIndexOf('/') + 1));
    return user?.arn === arn ? user : this.roleByArn(arn);
  }

  roleByArn(arn: string): Role | undefined {
    const role = this.roles.get(arn.slice(arn.lastIndexOf('/') + 1));
    return role?.arn === arn ? role : undefined;
  }

  /** A policy of this account or of AWS. */
  findPolicy(arn: string): ManagedPolicy | undefined {
    return this.policies.get(arn) ?? awsManagedPolicy(arn);
  }

  /** The provider of an issuer, e.g. `https://token.actions.githubusercontent.com`. */
  oidcProviderOf(issuer: string): OidcProvider | undefined {
    const url = issuer.replace(/^https:\/\//, '');
    return [...this.oidcProviders.values()].find((provider) => provider.url === url);
  }

  /** JSON text of the default version; undefined when there is no such policy. */
  documentOf(arn: string): string | undefined {
    const policy = this.findPolicy(arn);
    return policy?.versions.find(({ id }) => id === policy.defaultVersionId)?.document;
  }

  /** @throws AwsError NoSuchEntity */
  policy(arn: string): ManagedPolicy {
    const policy = this.findPolicy(arn);
    if (!policy) throw noSuchPolicy(arn);
    return policy;
  }

  /** A policy of this account, which alone may be changed. @throws AwsError NoSuchEntity, AccessDenied for AWS's own */
  ownPolicy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn);
    if (!policy && awsManagedPolicy(arn)) throw notOwnPolicy(arn);
    if (!policy) throw noSuchPolicy(arn);
    return policy;
  }

  /** The roles, users and groups that a policy is attached to, or those it bounds. */
  attachments(policyArn: string, as: 'permissions' | 'boundary' = 'permissions'): Attachments {
    const has = ({ attachedPolicyArns, permissionsBoundary }: Principal) =>
      as === 'boundary' ? permissionsBoundary === policyArn : attachedPolicyArns.includes(policyArn);
    return {
      roles: [...this.roles.values()].filter(has),
      users: [...this.users.values()].filter(has),
      groups: [...this.groups.values()].filter(has),
    };
  }

  attachmentCount(policyArn: string, as: 'permissions' | 'boundary' = 'permissions'): number {
    const { roles, users, groups } = this.attachments(policyArn, as);
    return roles.length + users.length + groups.length;
  }

  /** Writes the changes since the last call. @throws the file system's error, after it has undone them */
  save(): void {
    this.#maps.save();
  }
}

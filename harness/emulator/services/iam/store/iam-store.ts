/**
 * Roles, users, groups and managed policies of one account, in memory and in `iam.json` (written whole, by rename, on every
 * change: an account holds few).
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
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
  Principal,
  Role,
  User,
} from './entities.ts';

interface Saved {
  roles: Role[];
  policies: ManagedPolicy[];
  users?: User[];
  groups?: Group[];
  instanceProfiles?: InstanceProfile[];
  account?: AccountSettings;
}

export interface Attachments {
  roles: Role[];
  users: User[];
  groups: Group[];
}

/** The order of lists. */
export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

export class IamStore {
  readonly #path: string;
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly instanceProfiles = new Map<string, InstanceProfile>();
  readonly policies = new Map<string, ManagedPolicy>();
  readonly account: AccountSettings = {};

  constructor(stateDir: string, log: (line: string) => void) {
    this.#path = join(stateDir, 'iam.json');
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(saved)) throw new Error('not a JSON object');
      const {
        roles,
        users = [],
        groups = [],
        instanceProfiles = [],
        policies,
        account,
      } = saved as unknown as Saved;
      Object.assign(this.account, account);
      for (const user of users) this.users.set(user.name, user);
      for (const group of groups) this.groups.set(group.name, group);
      for (const profile of instanceProfiles) this.instanceProfiles.set(profile.name, profile);
      for (const role of roles) this.roles.set(role.name, role);
      for (const policy of policies) this.policies.set(policy.arn, policy);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      log(`iam: ${this.#path} is damaged and is left aside (${(error as Error).message}).`);
      renameSync(this.#path, `${this.#path}.damaged`);
    }
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

  save(): void {
    const saved: Saved = {
      roles: [...this.roles.values()],
      users: [...this.users.values()],
      groups: [...this.groups.values()],
      instanceProfiles: [...this.instanceProfiles.values()],
      policies: [...this.policies.values()],
      account: this.account,
    };
    const text = JSON.stringify(saved);
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}

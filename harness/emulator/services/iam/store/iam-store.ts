/**
 * Roles, users, groups and managed policies of one account, in memory and in `iam.json`, which every change writes
 * whole, by rename. A change that cannot be written is undone in memory too, so that nothing refused stays in force.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
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
  OidcProvider,
  Principal,
  Role,
  User,
} from './entities.ts';

interface Saved {
  roles?: Role[];
  policies?: ManagedPolicy[];
  users?: User[];
  groups?: Group[];
  instanceProfiles?: InstanceProfile[];
  oidcProviders?: OidcProvider[];
  account?: AccountSettings;
}

export interface Attachments {
  roles: Role[];
  users: User[];
  groups: Group[];
}

function fill<E extends { name: string }>(map: Map<string, E>, entities: readonly E[] = []): void {
  map.clear();
  for (const entity of entities) map.set(entity.name, entity);
}

function fillByArn<E extends { arn: string }>(map: Map<string, E>, entities: readonly E[]): void {
  map.clear();
  for (const entity of entities) map.set(entity.arn, entity);
}

/** The order of lists. */
export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** What an answered change has survived: a power cut, or the end of this process. */
export type Durability = 'kernel' | 'device';

export class IamStore {
  readonly #folder: string;
  readonly #durability: Durability;
  /** The content of the file; undefined while there is none. */
  #saved: string | undefined;
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly instanceProfiles = new Map<string, InstanceProfile>();
  readonly policies = new Map<string, ManagedPolicy>();
  /** By ARN. */
  readonly oidcProviders = new Map<string, OidcProvider>();
  account: AccountSettings = {};

  constructor(stateDir: string, durability: Durability, warn: (line: string) => void) {
    this.#folder = stateDir;
    this.#durability = durability;
    const path = this.#path;
    try {
      const text = readFileSync(path, 'utf8');
      this.#load(text);
      this.#saved = text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#load('{}');
      warn(`iam: ${path} is damaged and is left aside (${(error as Error).message}).`);
      renameSync(path, `${path}.damaged`);
    }
  }

  get #path(): string {
    return join(this.#folder, 'iam.json');
  }

  #load(text: string): void {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) throw new Error('not a JSON object');
    const saved = value as unknown as Saved;
    const { roles, users, groups, instanceProfiles, policies = [], oidcProviders = [] } = saved;
    fill(this.users, users);
    fill(this.groups, groups);
    fill(this.instanceProfiles, instanceProfiles);
    fill(this.roles, roles);
    fillByArn(this.policies, policies);
    fillByArn(this.oidcProviders, oidcProviders);
    this.account = saved.account ?? {};
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

  /** Makes the changes since the last call durable. @throws the file system's error, after it has undone them */
  save(): void {
    const saved: Saved = {
      roles: [...this.roles.values()],
      users: [...this.users.values()],
      groups: [...this.groups.values()],
      instanceProfiles: [...this.instanceProfiles.values()],
      policies: [...this.policies.values()],
      oidcProviders: [...this.oidcProviders.values()],
      account: this.account,
    };
    const text = JSON.stringify(saved);
    try {
      this.#write(text);
      this.#saved = text;
    } catch (error) {
      this.#load(this.#saved ?? '{}');
      throw error;
    }
  }

  #write(text: string): void {
    const path = this.#path;
    const file = openSync(`${path}.tmp`, 'w', 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      if (this.#durability === 'device') fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.tmp`, path);
    if (this.#durability === 'device') syncFolder(this.#folder);
  }
}

/** A rename survives a power cut once its folder is written. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Roles and managed policies of one account, in memory and in `iam.json` (written whole, by rename, on every
 * change: an account holds few).
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { noSuchPolicy, noSuchRole, noSuchUser } from '../errors.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { AccessKey, ManagedPolicy, Principal, Role, User } from './entities.ts';

export class IamStore {
  readonly #path: string;
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly policies = new Map<string, ManagedPolicy>();

  constructor(stateDir: string, log: (line: string) => void) {
    this.#path = join(stateDir, 'iam.json');
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(saved)) throw new Error('not a JSON object');
      const {
        roles,
        users = [],
        policies,
      } = saved as unknown as { roles: Role[]; users?: User[]; policies: ManagedPolicy[] };
      for (const user of users) this.users.set(user.name, user);
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

  /** A policy of this account, which alone may be changed. @throws AwsError NoSuchEntity */
  ownPolicy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn);
    if (!policy) throw noSuchPolicy(arn);
    return policy;
  }

  /** The roles and users that a policy is attached to. */
  attachments(policyArn: string): { roles: Role[]; users: User[] } {
    const has = ({ attachedPolicyArns }: Principal) => attachedPolicyArns.includes(policyArn);
    return { roles: [...this.roles.values()].filter(has), users: [...this.users.values()].filter(has) };
  }

  attachmentCount(policyArn: string): number {
    const { roles, users } = this.attachments(policyArn);
    return roles.length + users.length;
  }

  save(): void {
    const text = JSON.stringify({
      roles: [...this.roles.values()],
      users: [...this.users.values()],
      policies: [...this.policies.values()],
    });
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}

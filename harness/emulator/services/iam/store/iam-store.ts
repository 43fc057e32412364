/**
 * Roles and managed policies of one account, in memory and in `iam.json` (written whole, by rename, on every
 * change: an account holds few).
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { noSuchPolicy, noSuchRole } from '../errors.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { ManagedPolicy, Role } from './entities.ts';

export class IamStore {
  readonly #path: string;
  readonly roles = new Map<string, Role>();
  readonly policies = new Map<string, ManagedPolicy>();

  constructor(stateDir: string, log: (line: string) => void) {
    this.#path = join(stateDir, 'iam.json');
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(saved)) throw new Error('not a JSON object');
      const { roles, policies } = saved as unknown as { roles: Role[]; policies: ManagedPolicy[] };
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

  roleByArn(arn: string): Role | undefined {
    const role = this.roles.get(arn.slice(arn.lastIndexOf('/') + 1));
    return role?.arn === arn ? role : undefined;
  }

  /** A policy of this account or of AWS. @throws AwsError NoSuchEntity */
  policy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn) ?? awsManagedPolicy(arn);
    if (!policy) throw noSuchPolicy(arn);
    return policy;
  }

  /** A policy of this account, which alone may be changed. @throws AwsError NoSuchEntity */
  ownPolicy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn);
    if (!policy) throw noSuchPolicy(arn);
    return policy;
  }

  /** Names of the roles that a policy is attached to. */
  attachments(policyArn: string): string[] {
    return [...this.roles.values()]
      .filter((role) => role.attachedPolicyArns.includes(policyArn))
      .map((role) => role.name);
  }

  save(): void {
    const text = JSON.stringify({ roles: [...this.roles.values()], policies: [...this.policies.values()] });
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}

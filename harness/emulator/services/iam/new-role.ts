import { alphanumeric } from '../../../core/ids.ts';
import type { IamContext } from './context.ts';
import { roleShape } from './shapes.ts';
import type { Role } from './store/entities.ts';

type Given = Pick<
  Role,
  'name' | 'path' | 'trustPolicy' | 'maxSessionSeconds' | 'tags' | 'description' | 'permissionsBoundary'
>;

/** Keeps a new role without permissions; the answer of the operation that makes it. */
export function addRole({ env, store }: IamContext, given: Given): object {
  const role: Role = {
    ...given,
    id: `AROA${alphanumeric(env.random, 17)}`,
    arn: `arn:aws:iam::${env.accountId}:role${given.path}${given.name}`,
    createdMs: env.clock.nowMs(),
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
  store.roles.set(role.name, role);
  store.save();
  return { Role: roleShape(role, 'created') };
}

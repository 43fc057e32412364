/**
 * Roles that services make for themselves.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
import type {
  CreateServiceLinkedRoleCommandInput,
  DeleteServiceLinkedRoleCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { noSuchRole } from '../errors.ts';
import { roleShape } from '../shapes.ts';
import type { Principal, Role } from '../store/entities.ts';
import { linkedRoleOf, SERVICE_LINKED_PATH } from '../store/service-linked-roles.ts';
import { newIdentity } from './create-entity.ts';
import { onEntity, ROLE } from './entity-kinds.ts';
import { iamOperation } from './operation.ts';

const isServiceLinked = ({ path }: Pick<Principal, 'path'>): boolean => path.startsWith(SERVICE_LINKED_PATH);

/** @throws AwsError UnmodifiableEntity for a role that only its service may change */
export function refuseServiceLinked(role: Pick<Principal, 'name' | 'path'>): void {
  if (!isServiceLinked(role)) return;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

const createServiceLinkedRole = iamOperation<CreateServiceLinkedRoleCommandInput>({
  name: 'CreateServiceLinkedRole',
  on({ AWSServiceName, CustomSuffix }, context) {
    const linked = AWSServiceName === undefined ? undefined : linkedRoleOf(AWSServiceName, CustomSuffix);
    return onEntity(ROLE, context, linked?.name, {
      path: linked?.path,
      conditions: { 'iam:AWSServiceName': AWSServiceName },
    });
  },
  handle(context, { AWSServiceName: service, CustomSuffix, Description }) {
    const { store } = context;
    if (!/^[a-z][a-z0-9.-]*\.amazonaws\.com$/.test(service)) {
      throw new AwsError('InvalidInput', `Service name ${service} is not valid.`);
    }
    const { name, path, allowsSuffix, policyArn } = linkedRoleOf(service, CustomSuffix);
    if (CustomSuffix !== undefined && !allowsSuffix) {
      throw new AwsError('InvalidInput', `Custom suffix is not allowed for ${service}`);
    }
    if (store.roles.has(name)) {
      throw new AwsError(
        'InvalidInput',
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const role: Role = {
      ...newIdentity(ROLE, context, name, path),
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      }),
      ...(Description === undefined ? {} : { description: Description }),
      maxSessionSeconds: 3600,
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: policyArn !== undefined && store.findPolicy(policyArn) ? [policyArn] : [],
    };
    store.roles.set(role.name, role);
    return { Role: roleShape(role, 'created') };
  },
});

/** No service here uses such a role: it is deleted at once, and AWS's later task has succeeded. */
const deleteServiceLinkedRole = iamOperation<DeleteServiceLinkedRoleCommandInput>({
  name: 'DeleteServiceLinkedRole',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ env, store, deletions }, { RoleName }) {
    const role = store.role(RoleName);
    if (!isServiceLinked(role)) throw noSuchRole(role.name);
    store.roles.delete(role.name);
    const task = `task${role.path}${role.name}/${uuid(env.random)}`;
    deletions.add(task);
    return { DeletionTaskId: task };
  },
});

const getServiceLinkedRoleDeletionStatus = iamOperation<GetServiceLinkedRoleDeletionStatusCommandInput>({
  name: 'GetServiceLinkedRoleDeletionStatus',
  on({ DeletionTaskId = '' }, context) {
    const [, path, name] = /^task(\/.*\/)([^/]+)\/[^/]+$/.exec(DeletionTaskId) ?? [];
    return onEntity(ROLE, context, name, { path });
  },
  handle({ deletions }, { DeletionTaskId }) {
    if (deletions.has(DeletionTaskId)) return { Status: 'SUCCEEDED' };
    throw new AwsError('NoSuchEntity', `Deletion task ${DeletionTaskId} cannot be found.`, 404);
  },
});

export const serviceLinkedRoleOperations: readonly Operation<IamContext>[] = [
  createServiceLinkedRole,
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
];

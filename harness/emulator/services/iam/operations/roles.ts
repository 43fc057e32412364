import type {
  CreateRoleCommandInput,
  DeleteRoleCommandInput,
  GetRoleCommandInput,
  ListRolesCommandInput,
  UpdateAssumeRolePolicyCommandInput,
  UpdateRoleCommandInput,
  UpdateRoleDescriptionCommandInput,
} from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { deleteConflict } from '../errors.ts';
import { checkTrustPolicy } from '../policy/check-document.ts';
import { roleShape } from '../shapes.ts';
import type { Role } from '../store/entities.ts';
import { byName } from '../store/iam-store.ts';
import { newIdentity } from './create-entity.ts';
import { onEntity, ROLE } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor, requestTags } from './operation.ts';
import { boundaryArn } from './principal-policies.ts';
import { refuseServiceLinked } from './service-linked-roles.ts';
import { givenTags } from './tags.ts';

const createRole = iamOperation<CreateRoleCommandInput>({
  name: 'CreateRole',
  on: ({ RoleName, Path, PermissionsBoundary, Tags }, context) =>
    onEntity(ROLE, context, RoleName, {
      path: Path,
      conditions: { 'iam:PermissionsBoundary': PermissionsBoundary, ...requestTags(Tags) },
    }),
  handle(context, input) {
    const { store } = context;
    const { Description, PermissionsBoundary, AssumeRolePolicyDocument } = input;
    const identity = newIdentity(ROLE, context, input.RoleName, input.Path);
    checkTrustPolicy(AssumeRolePolicyDocument);
    const role: Role = {
      ...identity,
      trustPolicy: AssumeRolePolicyDocument,
      ...(Description === undefined ? {} : { description: Description }),
      ...(PermissionsBoundary === undefined
        ? {}
        : { permissionsBoundary: boundaryArn(store, PermissionsBoundary) }),
      maxSessionSeconds: input.MaxSessionDuration ?? 3600,
      tags: givenTags(input.Tags, { foldsCase: true }),
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    store.roles.set(role.name, role);
    return { Role: roleShape(role, 'created') };
  },
});

const getRole = iamOperation<GetRoleCommandInput>({
  name: 'GetRole',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle: ({ store }, { RoleName }) => ({ Role: roleShape(store.role(RoleName), 'whole') }),
});

const listRoles = iamOperation<ListRolesCommandInput>({
  name: 'ListRoles',
  on: onEverything,
  handle({ store }, input) {
    const { PathPrefix = '/' } = input;
    const roles = [...store.roles.values()].filter(({ path }) => path.startsWith(PathPrefix)).sort(byName);
    const { items, more } = pageFor(input, ['roles', PathPrefix], roles, ({ name }) => name);
    return { Roles: items.map((role) => roleShape(role, 'listed')), ...more };
  },
});

const deleteRole = iamOperation<DeleteRoleCommandInput>({
  name: 'DeleteRole',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ store }, { RoleName }) {
    const role = store.role(RoleName);
    refuseServiceLinked(role);
    if (role.attachedPolicyArns.length > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (Object.keys(role.inlinePolicies).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    if (store.instanceProfilesOf(role.name).length > 0) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    store.roles.delete(role.name);
  },
});

const updateRole = iamOperation<UpdateRoleCommandInput>({
  name: 'UpdateRole',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ store }, { RoleName, Description, MaxSessionDuration }) {
    const role = store.role(RoleName);
    if (Description !== undefined) role.description = Description;
    if (MaxSessionDuration !== undefined) role.maxSessionSeconds = MaxSessionDuration;
    return {};
  },
});

/** Recorded: the answer leaves MaxSessionDuration out. */
const updateRoleDescription = iamOperation<UpdateRoleDescriptionCommandInput>({
  name: 'UpdateRoleDescription',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ store }, { RoleName, Description }) {
    const role = store.role(RoleName);
    role.description = Description;
    return { Role: roleShape(role, 'nested') };
  },
});

const updateAssumeRolePolicy = iamOperation<UpdateAssumeRolePolicyCommandInput>({
  name: 'UpdateAssumeRolePolicy',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ store }, { RoleName, PolicyDocument }) {
    const role = store.role(RoleName);
    refuseServiceLinked(role);
    checkTrustPolicy(PolicyDocument);
    role.trustPolicy = PolicyDocument;
  },
});

export const roleOperations: readonly Operation<IamContext>[] = [
  createRole,
  getRole,
  listRoles,
  deleteRole,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
];

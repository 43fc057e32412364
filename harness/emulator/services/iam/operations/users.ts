import type {
  CreateUserCommandInput,
  DeleteUserCommandInput,
  GetUserCommandInput,
  ListGroupsForUserCommandInput,
  ListUsersCommandInput,
  UpdateUserCommandInput,
} from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { deleteConflict } from '../errors.ts';
import { groupShape, userShape } from '../shapes.ts';
import type { User } from '../store/entities.ts';
import { byName } from '../store/iam-store.ts';
import { newIdentity, onRenamed, rename } from './create-entity.ts';
import { calledUser, onCalledUser, onEntity, signingUser, USER } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor, requestTags } from './operation.ts';
import { boundaryArn } from './principal-policies.ts';
import { givenTags } from './tags.ts';

/** A constant: the emulator does not record when the account was made. */
const ACCOUNT_CREATED = new Date(Date.UTC(2024, 0, 1));

const createUser = iamOperation<CreateUserCommandInput>({
  name: 'CreateUser',
  on: ({ UserName, Path, PermissionsBoundary, Tags }, context) =>
    onEntity(USER, context, UserName, {
      path: Path,
      conditions: { 'iam:PermissionsBoundary': PermissionsBoundary, ...requestTags(Tags) },
    }),
  handle(context, input) {
    const { store } = context;
    const { PermissionsBoundary } = input;
    const user: User = {
      ...newIdentity(USER, context, input.UserName, input.Path),
      ...(PermissionsBoundary === undefined
        ? {}
        : { permissionsBoundary: boundaryArn(store, PermissionsBoundary) }),
      tags: givenTags(input.Tags, { foldsCase: true }),
      inlinePolicies: {},
      attachedPolicyArns: [],
      accessKeys: [],
    };
    store.users.set(user.name, user);
    return { User: userShape(user) };
  },
});

/** The user named, or the one who signs the request; the root user has a name neither here nor there. */
const getUser = iamOperation<GetUserCommandInput>({
  name: 'GetUser',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName }, request) {
    const { env, sessions } = context;
    const { arn } = sessions.identityOf(request.caller.accessKeyId);
    if (UserName === undefined && !signingUser(context, request) && arn.endsWith(':root')) {
      return {
        User: {
          UserId: env.accountId,
          Arn: arn,
          CreateDate: ACCOUNT_CREATED,
          PasswordLastUsed: ACCOUNT_CREATED,
        },
      };
    }
    return { User: userShape(calledUser(context, UserName, request)) };
  },
});

const listUsers = iamOperation<ListUsersCommandInput>({
  name: 'ListUsers',
  on: onEverything,
  handle({ store }, input) {
    const { PathPrefix = '/' } = input;
    const users = [...store.users.values()].filter(({ path }) => path.startsWith(PathPrefix)).sort(byName);
    const { items, more } = pageFor(input, ['users', PathPrefix], users, ({ name }) => name);
    return { Users: items.map((user) => userShape(user, 'listed')), ...more };
  },
});

const updateUser = iamOperation<UpdateUserCommandInput>({
  name: 'UpdateUser',
  on: ({ UserName, NewUserName, NewPath }, context) =>
    onRenamed(USER, context, { name: UserName, newName: NewUserName, newPath: NewPath }),
  handle(context, { UserName, NewUserName, NewPath }) {
    rename(USER, context, context.store.user(UserName), { newName: NewUserName, newPath: NewPath });
  },
});

const deleteUser = iamOperation<DeleteUserCommandInput>({
  name: 'DeleteUser',
  on: ({ UserName }, context) => onEntity(USER, context, UserName),
  handle({ store }, { UserName }) {
    const user = store.user(UserName);
    if (user.attachedPolicyArns.length > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (Object.keys(user.inlinePolicies).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    if (user.accessKeys.length > 0) {
      throw deleteConflict('Cannot delete entity, must delete access keys first.');
    }
    if (store.groupsOf(user).length > 0) {
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    }
    store.users.delete(user.name);
  },
});

const listGroupsForUser = iamOperation<ListGroupsForUserCommandInput>({
  name: 'ListGroupsForUser',
  on: ({ UserName }, context) => onEntity(USER, context, UserName),
  handle({ store }, input) {
    const user = store.user(input.UserName);
    const { items, more } = pageFor(input, ['groups of', user.id], store.groupsOf(user), ({ name }) => name);
    return { Groups: items.map(groupShape), ...more };
  },
});

export const userOperations: readonly Operation<IamContext>[] = [
  createUser,
  getUser,
  listUsers,
  updateUser,
  deleteUser,
  listGroupsForUser,
];

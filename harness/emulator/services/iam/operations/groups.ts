import type {
  AddUserToGroupCommandInput,
  CreateGroupCommandInput,
  DeleteGroupCommandInput,
  GetGroupCommandInput,
  ListGroupsCommandInput,
  RemoveUserFromGroupCommandInput,
  UpdateGroupCommandInput,
} from '@aws-sdk/client-iam';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { deleteConflict, limitExceeded } from '../errors.ts';
import { groupShape, userShape } from '../shapes.ts';
import type { Group } from '../store/entities.ts';
import { byName } from '../store/iam-store.ts';
import { newIdentity, onRenamed, rename } from './create-entity.ts';
import { GROUP, onEntity } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor } from './operation.ts';

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_GROUPS = 300;
const MAX_GROUPS_OF_USER = 10;

const createGroup = iamOperation<CreateGroupCommandInput>({
  name: 'CreateGroup',
  on: ({ GroupName, Path }, context) => onEntity(GROUP, context, GroupName, { path: Path }),
  handle(context, { GroupName, Path }) {
    const { store } = context;
    const identity = newIdentity(GROUP, context, GroupName, Path);
    if (store.groups.size >= MAX_GROUPS) throw limitExceeded(`Cannot exceed quota for Groups: ${MAX_GROUPS}`);
    const group: Group = { ...identity, tags: {}, inlinePolicies: {}, attachedPolicyArns: [], memberIds: [] };
    store.groups.set(group.name, group);
    return { Group: groupShape(group) };
  },
});

const getGroup = iamOperation<GetGroupCommandInput>({
  name: 'GetGroup',
  on: ({ GroupName }, context) => onEntity(GROUP, context, GroupName),
  handle({ store }, input) {
    const group = store.group(input.GroupName);
    const members = [...store.users.values()].filter(({ id }) => group.memberIds.includes(id)).sort(byName);
    const { items, more } = pageFor(input, ['members of', group.id], members, ({ name }) => name);
    return { Group: groupShape(group), Users: items.map((user) => userShape(user, 'listed')), ...more };
  },
});

const listGroups = iamOperation<ListGroupsCommandInput>({
  name: 'ListGroups',
  on: onEverything,
  handle({ store }, input) {
    const { PathPrefix = '/' } = input;
    const groups = [...store.groups.values()].filter(({ path }) => path.startsWith(PathPrefix)).sort(byName);
    const { items, more } = pageFor(input, ['groups', PathPrefix], groups, ({ name }) => name);
    return { Groups: items.map(groupShape), ...more };
  },
});

const updateGroup = iamOperation<UpdateGroupCommandInput>({
  name: 'UpdateGroup',
  on: ({ GroupName, NewGroupName, NewPath }, context) =>
    onRenamed(GROUP, context, { name: GroupName, newName: NewGroupName, newPath: NewPath }),
  handle(context, { GroupName, NewGroupName, NewPath }) {
    rename(GROUP, context, context.store.group(GroupName), { newName: NewGroupName, newPath: NewPath });
  },
});

const deleteGroup = iamOperation<DeleteGroupCommandInput>({
  name: 'DeleteGroup',
  on: ({ GroupName }, context) => onEntity(GROUP, context, GroupName),
  handle({ store }, { GroupName }) {
    const group = store.group(GroupName);
    if (group.memberIds.length > 0) {
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    }
    if (group.attachedPolicyArns.length > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (Object.keys(group.inlinePolicies).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    store.groups.delete(group.name);
  },
});

const addUserToGroup = iamOperation<AddUserToGroupCommandInput>({
  name: 'AddUserToGroup',
  on: ({ GroupName }, context) => onEntity(GROUP, context, GroupName),
  handle({ store }, { UserName, GroupName }) {
    const user = store.user(UserName);
    const group = store.group(GroupName);
    if (group.memberIds.includes(user.id)) return undefined;
    if (store.groupsOf(user).length >= MAX_GROUPS_OF_USER) {
      throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${MAX_GROUPS_OF_USER}`);
    }
    group.memberIds.push(user.id);
  },
});

/** Recorded: succeeds for a user who is not a member. */
const removeUserFromGroup = iamOperation<RemoveUserFromGroupCommandInput>({
  name: 'RemoveUserFromGroup',
  on: ({ GroupName }, context) => onEntity(GROUP, context, GroupName),
  handle({ store }, { UserName, GroupName }) {
    const { id } = store.user(UserName);
    const group = store.group(GroupName);
    group.memberIds = group.memberIds.filter((member) => member !== id);
  },
});

export const groupOperations: readonly Operation<IamContext>[] = [
  createGroup,
  getGroup,
  listGroups,
  updateGroup,
  deleteGroup,
  addUserToGroup,
  removeUserFromGroup,
];

import { limitExceeded } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

const MAX_GROUPS_OF_USER = 10;

export const addUserToGroup = defineIamOperation({
  name: 'AddUserToGroup',
  handle({ store }, input) {
    const user = store.user(required(input, 'UserName'));
    const group = store.group(required(input, 'GroupName'));
    if (group.memberIds.includes(user.id)) return {};
    if (store.groupsOf(user).length >= MAX_GROUPS_OF_USER) {
      throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${MAX_GROUPS_OF_USER}`);
    }
    group.memberIds.push(user.id);
    store.save();
    return {};
  },
});

import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteUser = defineIamOperation({
  name: 'DeleteUser',
  handle({ store }, input) {
    const user = store.user(required(input, 'UserName'));
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
    store.save();
    return {};
  },
});

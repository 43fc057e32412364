import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteGroup = defineIamOperation({
  name: 'DeleteGroup',
  handle({ store }, input) {
    const group = store.group(required(input, 'GroupName'));
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
    store.save();
    return {};
  },
});

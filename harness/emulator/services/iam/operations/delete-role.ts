import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteRole = defineIamOperation({
  name: 'DeleteRole',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    if (role.attachedPolicyArns.length > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (Object.keys(role.inlinePolicies).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    store.roles.delete(role.name);
    store.save();
    return {};
  },
});

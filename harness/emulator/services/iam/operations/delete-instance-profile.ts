import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteInstanceProfile = defineIamOperation({
  name: 'DeleteInstanceProfile',
  handle({ store }, input) {
    const profile = store.instanceProfile(required(input, 'InstanceProfileName'));
    if (profile.roleName !== undefined) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    store.instanceProfiles.delete(profile.name);
    store.save();
    return {};
  },
});

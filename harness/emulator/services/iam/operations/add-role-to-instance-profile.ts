import { limitExceeded } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

/** A profile holds one role. */
export const addRoleToInstanceProfile = defineIamOperation({
  name: 'AddRoleToInstanceProfile',
  handle({ store }, input) {
    const profile = store.instanceProfile(required(input, 'InstanceProfileName'));
    const role = store.role(required(input, 'RoleName'));
    if (profile.roleName !== undefined) {
      throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    }
    profile.roleName = role.name;
    store.save();
    return {};
  },
});

import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const removeRoleFromInstanceProfile = defineIamOperation({
  name: 'RemoveRoleFromInstanceProfile',
  handle({ store }, input) {
    const profile = store.instanceProfile(required(input, 'InstanceProfileName'));
    const { name } = store.role(required(input, 'RoleName'));
    if (profile.roleName !== name) {
      throw new AwsError(
        'NoSuchEntity',
        `Role ${name} in Instance Profile ${profile.name} cannot be found.`,
        404,
      );
    }
    delete profile.roleName;
    store.save();
    return {};
  },
});

import { AwsError } from '../../../../core/errors.ts';
import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { isServiceLinked } from '../service-linked-roles.ts';

export const deleteRole = defineIamOperation({
  name: 'DeleteRole',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    if (isServiceLinked(role)) {
      throw new AwsError(
        'UnmodifiableEntity',
        `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
      );
    }
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
    store.save();
    return {};
  },
});

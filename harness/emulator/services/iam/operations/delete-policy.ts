import { deleteConflict } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deletePolicy = defineIamOperation({
  name: 'DeletePolicy',
  handle({ store }, input) {
    const policy = store.ownPolicy(required(input, 'PolicyArn'));
    if (store.attachmentCount(policy.arn) + store.attachmentCount(policy.arn, 'boundary') > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    store.policies.delete(policy.arn);
    store.save();
    return {};
  },
});

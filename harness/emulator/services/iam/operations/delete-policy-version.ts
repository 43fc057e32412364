import { deleteConflict, noSuchVersion } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deletePolicyVersion = defineIamOperation({
  name: 'DeletePolicyVersion',
  handle({ store }, input) {
    const policy = store.ownPolicy(required(input, 'PolicyArn'));
    const id = required(input, 'VersionId');
    if (!policy.versions.some((version) => version.id === id)) throw noSuchVersion(policy.arn, id);
    if (policy.defaultVersionId === id) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    policy.versions = policy.versions.filter((version) => version.id !== id);
    store.save();
    return {};
  },
});

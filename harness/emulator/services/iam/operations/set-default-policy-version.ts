import { noSuchVersion } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const setDefaultPolicyVersion = defineIamOperation({
  name: 'SetDefaultPolicyVersion',
  handle({ store }, input) {
    const policy = store.ownPolicy(required(input, 'PolicyArn'));
    const id = required(input, 'VersionId');
    if (!policy.versions.some((version) => version.id === id)) throw noSuchVersion(policy.arn, id);
    policy.defaultVersionId = id;
    store.save();
    return {};
  },
});

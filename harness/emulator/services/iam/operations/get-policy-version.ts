import { noSuchVersion } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { versionShape } from '../shapes.ts';

export const getPolicyVersion = defineIamOperation({
  name: 'GetPolicyVersion',
  handle({ store }, input) {
    const policy = store.policy(required(input, 'PolicyArn'));
    const id = required(input, 'VersionId');
    const version = policy.versions.find((candidate) => candidate.id === id);
    if (!version) throw noSuchVersion(policy.arn, id);
    return { PolicyVersion: versionShape(policy, version, { withDocument: true }) };
  },
});

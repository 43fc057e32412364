import { defineIamOperation, page, required } from '../parameters.ts';
import { versionShape } from '../shapes.ts';

export const listPolicyVersions = defineIamOperation({
  name: 'ListPolicyVersions',
  handle({ store }, input) {
    const policy = store.policy(required(input, 'PolicyArn'));
    const { items, more } = page(input, policy.versions.toReversed());
    const member = items.map((version) => versionShape(policy, version, { withDocument: false }));
    return { Versions: { member }, ...more };
  },
});

import { defineIamOperation, page } from '../parameters.ts';
import { policyShape } from '../shapes.ts';
import { awsManagedPolicies } from '../store/aws-managed-policies.ts';

export const listPolicies = defineIamOperation({
  name: 'ListPolicies',
  handle({ store }, input) {
    const scope = input['Scope'] ?? 'All';
    const prefix = input['PathPrefix'] ?? '/';
    const own = scope === 'AWS' ? [] : [...store.policies.values()];
    const aws = scope === 'Local' ? [] : awsManagedPolicies();
    const listed = [...own, ...aws].filter(
      (policy) =>
        policy.path.startsWith(prefix) &&
        (input['OnlyAttached'] !== 'true' || store.attachmentCount(policy.arn) > 0),
    );
    const { items, more } = page(input, listed);
    const member = items.map((policy) => policyShape(policy, store));
    return { Policies: { member }, ...more };
  },
});

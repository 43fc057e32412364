import { defineIamOperation, page, required } from '../parameters.ts';

export const listAttachedRolePolicies = defineIamOperation({
  name: 'ListAttachedRolePolicies',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const { items, more } = page(input, role.attachedPolicyArns);
    const member = items.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
    return { AttachedPolicies: { member }, ...more };
  },
});
